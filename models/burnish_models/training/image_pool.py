"""Pictures that a generator made earlier, shown to the discriminator again, so that it does not forget them."""

from __future__ import annotations

import torch
from torch import Tensor


class ImagePool:
    """CycleGAN's buffer of made pictures: Shrivastava et al. (2017), section 2.3; Zhu et al. (2017), section 4.

    Attributes:
        size: how many pictures are kept; with 0 every picture passes straight through.
        kept: the pictures, [count, 3, h, w]; empty at first.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.kept: Tensor = torch.empty(0)

    def exchange(self, made: Tensor, generator: torch.Generator) -> Tensor:
        """What the discriminator sees in place of `made`, [N, 3, h, w].

        While there is room every picture is kept and shown. After that, with a probability of one half, a picture that
        was kept is shown, and the new one takes its place.

        Args:
            made: pictures, detached from their generator. Where they are of another size than the kept ones, as in a
                new stage, those are forgotten.
            generator: draws the numbers, on the CPU.
        """
        if self.size == 0:
            return made
        if len(self.kept) and self.kept.shape[1:] != made.shape[1:]:
            self.kept = torch.empty(0)
        self.kept = self.kept.to(made)  # a checkpoint's pictures are on the CPU
        shown = []
        for picture in made:
            coin, place = torch.rand(2, generator=generator).tolist()
            if len(self.kept) < self.size:
                self.kept = torch.cat((self.kept, picture[None]))
                shown.append(picture)
            elif coin < 0.5:
                shown.append(picture)
            else:
                index = int(place * self.size)
                shown.append(self.kept[index].clone())
                self.kept[index] = picture
        return torch.stack(shown)
