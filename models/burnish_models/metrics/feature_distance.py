"""How far two pictures are apart in what a trained network sees: the distance behind LPIPS and ST-LPIPS.

Source: Zhang, Isola, Efros, Shechtman and Wang, The Unreasonable Effectiveness of Deep Features as a Perceptual Metric
(CVPR 2018), equation 1, with the linear weights of its "lin" form; features are taken after the ReLU.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor
from torch.nn import functional

from burnish_models.metrics.conventions import Levels, NotJudgedError, same_size
from burnish_models.networks.trunk import Trunk

_NO_DIVISION_BY_ZERO = 1e-10
# Peak memory to judge a pair, per pixel of one picture: 1,780 and 2,780 measured on a CPU at 1024×1024.
_ALEX_BYTES, _VGG_BYTES = 2000.0, 3000.0
_VGG_LAYERS = ("conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3")
_ALEX_LAYERS = ("conv1", "conv2", "conv3", "conv4", "conv5")


class FeatureDistance:
    """A trunk and, for each of five of its layers, a weight for each channel."""

    def __init__(self, trunk: Trunk, heads: Mapping[str, Tensor]) -> None:
        """Take the weights.

        Args:
            trunk: AlexNet or VGG16.
            heads: a state dict in which "lin0.model.1.weight" to "lin4.model.1.weight", [1, channels, 1, 1], are the
                channels' weights; other keys are passed over.

        Raises:
            ValueError: where a weight is missing, or is for another number of channels.
        """
        layers = _ALEX_LAYERS if "conv5" in trunk.names else _VGG_LAYERS
        given = [heads.get(f"lin{number}.model.1.weight") for number in range(len(layers))]
        weights = {name: head.detach().float() for name, head in zip(layers, given, strict=True) if head is not None}
        widths = [convolution.out_channels for convolution in trunk.convolutions]
        channels = dict(zip(trunk.names, widths, strict=True))
        if any(name not in weights or weights[name].shape != (1, channels[name], 1, 1) for name in layers):
            raise ValueError("The linear weights do not belong to this network.")
        self.trunk, self.heads = trunk, weights

    def to(self, device: str) -> FeatureDistance:
        """Itself, with its weights on this device."""
        self.trunk.to(device)
        self.heads = {name: head.to(device) for name, head in self.heads.items()}
        return self

    @property
    def device(self) -> str:
        """Where it computes: "cpu" or "cuda", say."""
        return self.trunk.mean.device.type

    def bytes_needed(self, height: int, width: int) -> float:
        """Memory to judge a pair of such pictures, roughly."""
        return height * width * (_ALEX_BYTES if "conv5" in self.trunk.names else _VGG_BYTES)

    def __call__(self, result: Levels, target: Levels) -> float:
        """0 for equal pictures, higher is farther. See `between`."""
        same_size(result, target)
        if min(result.shape[:2]) < self.trunk.smallest:
            raise NotJudgedError(f"its network needs at least {self.trunk.smallest}×{self.trunk.smallest} pixels")
        pair = torch.stack([torch.from_numpy(levels / 255.0).permute(2, 0, 1).float() for levels in (result, target)])
        pair = pair.to(self.device)
        with torch.inference_mode(), _full_precision(self.device):
            return float(self.between(pair[:1], pair[1:]))

    def between(self, result: Tensor, target: Tensor) -> Tensor:
        """The distance of each pair of pictures: [N], float64, on the CPU. Gradients flow where they are wanted.

        Args:
            result, target: [N, 3, h, w], RGB, sRGB-encoded, 0 to 1, of one size.
        """
        count = result.shape[0]
        total = torch.zeros(count, dtype=torch.float64)
        with torch.autocast(result.device.type, enabled=False):
            for name, features in self.trunk.walk(torch.cat([result, target]), last=list(self.heads)[-1]):
                if name in self.heads:
                    total = total + self._of_layer(features, self.heads[name], count)
        return total

    @staticmethod
    def _of_layer(features: Tensor, head: Tensor, count: int) -> Tensor:
        """Features of the results and then of the targets, [2 N, channels, h, w], to their distances [N]."""
        seen = functional.relu(features)
        # vector_norm has the gradient 0 where all features are 0; that of a square root would be NaN
        length = torch.linalg.vector_norm(seen, dim=1, keepdim=True)
        seen = seen / (length + _NO_DIVISION_BY_ZERO)
        apart = ((seen[:count] - seen[count:]).square() * head).sum(dim=1)
        return apart.cpu().double().mean(dim=(1, 2))  # some accelerators have no float64


def _full_precision(device: str) -> AbstractContextManager[None]:
    """On an NVIDIA GPU, convolutions without TF32, which would cost three of a figure's digits."""
    if device != "cuda":
        return nullcontext()
    return torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)
