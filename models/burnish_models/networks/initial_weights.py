"""The initial weights that papers ask for, where they differ from torch's own."""

from __future__ import annotations

from torch import nn

Convolution = (nn.Conv2d, nn.ConvTranspose2d)


def small_he(module: nn.Module, scale: float = 0.1) -> None:
    """He initialisation times `scale`, biases 0: a deep residual network begins near the identity (ESRGAN, 3.1)."""
    for layer in module.modules():
        if isinstance(layer, Convolution):
            nn.init.kaiming_normal_(layer.weight)
            layer.weight.data.mul_(scale)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def narrow_normal(module: nn.Module, deviation: float = 0.02) -> None:
    """Normal weights of a small deviation, biases 0 (pix2pix, CycleGAN, Zero-DCE); batch normalisation around 1."""
    for layer in module.modules():
        if isinstance(layer, Convolution):
            nn.init.normal_(layer.weight, 0.0, deviation)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, deviation)
        else:
            continue
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
