"""AlexNet's five convolutions as a trunk, in its own form and in the shift-tolerant one. For learned judges.

Source: Krizhevsky, One Weird Trick for Parallelizing Convolutional Neural Networks (2014), the form with 64 first
filters that LPIPS (Zhang et al. 2018) uses; Ghildyal and Liu, Shift-tolerant Perceptual Similarity Metric (ECCV 2022),
section 4, for the other one: every stride becomes a stride of 1, and `BlurPool` does the halving.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import Tensor, nn
from torch.nn import functional

from burnish_models.networks.blur_pool import BlurPool
from burnish_models.networks.trunk import Trunk, frozen_convolution, is_blurred, numbered_convolutions

_KERNELS = (11, 5, 3, 3, 3)
_PADDINGS = (2, 2, 1, 1, 1)


class AlexNet(Trunk):
    """The convolutions; the first one's features are already halved once in the shift-tolerant form."""

    names = ("conv1", "conv2", "conv3", "conv4", "conv5")

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        """Take the weights.

        Args:
            state: weights whose keys end in a layer's number, "features.0.weight" or "slice1.0.weight", say. A key that
                ends in ".filt" says that this is the shift-tolerant form.

        Raises:
            ValueError: in one sentence, where these are not AlexNet's convolutions.
        """
        weights = numbered_convolutions(state)
        if tuple(weight.shape[2] for weight, _ in weights) != _KERNELS:
            raise ValueError("AlexNet has five convolutions, of 11, 5, 3, 3 and 3 pixels a side; the weights do not.")
        blurred = is_blurred(state)
        strides = (1 if blurred else 4, 1, 1, 1, 1)
        super().__init__(
            [
                frozen_convolution(weight, bias, stride, padding)
                for (weight, bias), stride, padding in zip(weights, strides, _PADDINGS, strict=True)
            ]
        )
        self.smallest = 21 if blurred else 31
        self.after_first = BlurPool() if blurred else nn.Identity()
        self.halve = nn.Sequential(nn.MaxPool2d(3, 1), BlurPool()) if blurred else nn.MaxPool2d(3, 2)

    def walk(self, x: Tensor, last: str | None = None) -> Iterator[tuple[str, Tensor]]:
        """One feature map after the other, with its name; see `Trunk.forward`."""
        features = self.normalised(x)
        for name, convolution in zip(self.names, self.convolutions, strict=True):
            if name in ("conv2", "conv3"):
                features = self.halve(features)
            features = convolution(features)
            if name == "conv1":
                features = self.after_first(features)
            yield name, features
            if name == last:
                return
            features = functional.relu(features)
