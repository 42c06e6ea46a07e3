"""The perceptual loss: how far two pictures are apart in what a trained network sees in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish_models.losses.step import Step, at_least_float32, needed, same_shape

Backbone = Callable[[Tensor], Mapping[str, Tensor]]
"""[N, 3, h, w], 0 to 1, to feature maps by name. An nn.Module is frozen and follows the pictures to their device."""

Distance = Literal["l1", "mse"]


class Perceptual:
    """Sum over named layers of weight · distance of the features, each a mean over batch, channels and positions.

    Johnson et al. (2016) and SRGAN (Ledig et al. 2017, equation 5) compare after the ReLU with MSE, ESRGAN
    (Wang et al. 2018, section 3.3) and Real-ESRGAN before it with L1. SRGAN's equation leaves open whether channels are
    summed; like the implementations we take their mean.

    Always in float32 outside autocast: deep features of half precision overflow.
    """

    def __init__(
        self,
        backbone: Backbone,
        layers: Mapping[str, float],
        distance: Distance = "l1",
        after_relu: bool = False,
    ) -> None:
        """Say what to compare.

        Args:
            backbone: gives the feature maps; gradients flow through it to the result, never to its own weights.
            layers: weight of each feature map that counts.
            distance: "l1" or "mse".
            after_relu: set negative features to zero first, where the backbone gives them before its ReLU.

        Raises:
            ValueError: where no layer is named.
        """
        if not layers:
            raise ValueError("A perceptual loss needs at least one layer of its backbone.")
        self.backbone, self.layers, self.distance, self.after_relu = backbone, dict(layers), distance, after_relu
        if isinstance(backbone, nn.Module):
            backbone.eval().requires_grad_(False)

    def __call__(self, step: Step) -> Tensor:
        return self.between(step.result, needed(step, "target"))

    def between(self, result: Tensor, target: Tensor) -> Tensor:
        """The distance of two batches [N, 3, h, w], 0 to 1; only `result` gets a gradient.

        Raises:
            ValueError: where they differ in shape, or where the backbone has no feature map of that name.
        """
        result, target = same_shape(result, target)
        if isinstance(self.backbone, nn.Module):
            self.backbone.to(result.device)
        with torch.autocast(result.device.type, enabled=False):
            features = self._features(result)
            with torch.no_grad():
                wanted = self._features(target)
            measure = functional.l1_loss if self.distance == "l1" else functional.mse_loss
            terms = [weight * measure(features[name], wanted[name]) for name, weight in self.layers.items()]
        return torch.stack(terms).sum()

    def _features(self, pictures: Tensor) -> dict[str, Tensor]:
        found = self.backbone(pictures)
        missing = [name for name in self.layers if name not in found]
        if missing:
            raise ValueError(f"The backbone has no layer {missing[0]}; it has: {', '.join(found)}.")
        chosen = {name: at_least_float32(found[name]) for name in self.layers}
        return {name: functional.relu(value) for name, value in chosen.items()} if self.after_relu else chosen
