"""SPAN: convolutions whose own result weighs it (parameter-free attention), trained with branches that fold into one.

Source: Wan et al., Swift Parameter-free Attention Network (2023), arXiv 2311.12770, section 3. Paper and reference code
disagree on what is joined before the last convolution: the paper names the fifth block's result, the code takes that of
the sixth block's first convolution. We follow the code, which the released weights were trained with. Key names are
theirs.

While it is trained, each 3x3 convolution is a chain 1x1 - 3x3 - 1x1 beside a 1x1. All of that is linear, so a loaded
network folds it into one 3x3 once. (The reference code folds again in every run.) A state dict with "conv_1.sk.weight"
is in the training form; one with "conv_1.eval_conv.weight" alone is in the folded form. Released weights hold both;
their folded copy says nothing more and is dropped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from burnish_models.catalogue.model import Facts
from burnish_models.networks.network import Network, State, shape_of
from burnish_models.networks.receptive import Sees, convolutions, enlarged, receptive_field
from burnish_models.networks.stated_facts import facts_for

RGB_MEAN = (0.4488, 0.4371, 0.4040)  # of DIV2K, as the released weights expect it taken away
RANGE = 255.0
GAIN = 2  # how much wider the chain is inside


@dataclass(frozen=True)
class SpanConfig:
    """Hyper-parameters.

    Attributes:
        features: channels inside.
        blocks: attention blocks.
        scale: result over input size.
        normalised: whether DIV2K's mean is taken from the input, which is then brought to 0 to 255.
        folded: the running form, one 3x3 in place of each chain; training begins with the branches.
    """

    features: int = 48
    blocks: int = 6
    scale: int = 4
    normalised: bool = True
    folded: bool = False

    def __post_init__(self) -> None:
        if self.blocks < 1:
            raise ValueError("SPAN needs at least one block")


class Branches(nn.Module):
    """The training form of a 3x3 convolution: a chain 1x1 - 3x3 - 1x1, and a 1x1 beside it."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.sk = nn.Conv2d(inputs, outputs, 1)
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, inputs * GAIN, 1),
            nn.Conv2d(inputs * GAIN, outputs * GAIN, 3),
            nn.Conv2d(outputs * GAIN, outputs, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        # Zeros around the input, not around the first 1x1's output: its bias reaches into the border, so that folding
        # is exact there too.
        return self.conv(functional.pad(x, (1, 1, 1, 1))) + self.sk(x)

    def folded(self) -> Folded:
        """The one 3x3 convolution that computes the same, folded in float64."""
        chain = [layer for layer in self.conv if isinstance(layer, nn.Conv2d)]
        (w1, b1), (w2, b2), (w3, b3) = (_doubles(layer) for layer in chain)
        beside, beside_bias = _doubles(self.sk)
        w1, w3 = w1[:, :, 0, 0], w3[:, :, 0, 0]
        weight = torch.einsum("om,mkyx,ki->oiyx", w3, w2, w1)
        weight[:, :, 1, 1] += beside[:, :, 0, 0]
        bias = w3 @ (w2.sum((2, 3)) @ b1 + b2) + b3 + beside_bias
        one = Folded(self.sk.in_channels, self.sk.out_channels)
        with torch.no_grad():
            one.eval_conv.weight.copy_(weight)
            assert one.eval_conv.bias is not None
            one.eval_conv.bias.copy_(bias)
        return one.to(self.sk.weight.device, self.sk.weight.dtype)


class Folded(nn.Module):
    """The running form of a 3x3 convolution."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.eval_conv = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.eval_conv(x)


class AttentionBlock(nn.Module):
    """Three convolutions; what they find, H, weighs itself and the input: (H + x) (sigmoid(H) - 0.5).

    Returns the block's result, and its first convolution's activated one.
    """

    def __init__(self, config: SpanConfig) -> None:
        super().__init__()
        self.c1_r = _convolution(config, config.features)
        self.c2_r = _convolution(config, config.features)
        self.c3_r = _convolution(config, config.features)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        first = functional.silu(self.c1_r(x))
        found = self.c3_r(functional.silu(self.c2_r(first)))
        return (found + x) * (torch.sigmoid(found) - 0.5), first


class SPAN(nn.Module):
    """[N, 3, h, w] to [N, 3, h * scale, w * scale], 0 to 1."""

    def __init__(self, config: SpanConfig) -> None:
        super().__init__()
        self.config = config
        self.conv_1 = _convolution(config, 3)
        self._blocks = [f"block_{index + 1}" for index in range(config.blocks)]
        for name in self._blocks:
            self.add_module(name, AttentionBlock(config))
        self.conv_cat = nn.Conv2d(4 * config.features, config.features, 1)
        self.conv_2 = _convolution(config, config.features)
        self.upsampler = nn.Sequential(
            nn.Conv2d(config.features, 3 * config.scale**2, 3, padding=1), nn.PixelShuffle(config.scale)
        )
        if not config.normalised:
            self.register_buffer("no_norm", torch.zeros(1))  # tells a state dict's reader

    def forward(self, x: Tensor) -> Tensor:
        if self.config.normalised:
            x = (x - x.new_tensor(RGB_MEAN).view(1, 3, 1, 1)) * RANGE
        start = self.conv_1(x)
        result, inside = self.get_submodule(self._blocks[0])(start)
        first_result = result
        for name in self._blocks[1:]:
            result, inside = self.get_submodule(name)(result)
        joined = torch.cat((start, self.conv_2(result), first_result, inside), 1)
        return self.upsampler(self.conv_cat(joined))


def _convolution(config: SpanConfig, inputs: int) -> nn.Module:
    return (Folded if config.folded else Branches)(inputs, config.features)


def _doubles(layer: nn.Conv2d) -> tuple[Tensor, Tensor]:
    assert layer.bias is not None
    return layer.weight.detach().double(), layer.bias.detach().double()


def folded(module: nn.Module) -> nn.Module:
    """A SPAN in its running form; one that is folded already is returned as it is."""
    assert isinstance(module, SPAN)
    if module.config.folded:
        return module
    running = SPAN(replace(module.config, folded=True))
    state = {key: value for key, value in module.state_dict().items() if ".sk." not in key and ".conv." not in key}
    for name, layer in module.named_modules():
        if isinstance(layer, Branches):
            state |= {f"{name}.{key}": value for key, value in layer.folded().state_dict().items()}
    running.load_state_dict(state)
    return running.train(module.training)


# --- from weights to hyper-parameters ------------------------------------------------------------------------------


def rename(state: State) -> State:
    """Leaves out the folded copies beside the branches that they were made of."""
    return {
        key: value
        for key, value in state.items()
        if ".eval_conv." not in key or f"{key.partition('.eval_conv.')[0]}.sk.weight" not in state
    }


def detect(state: State) -> SpanConfig | None:
    """Hyper-parameters of a state dict in either form."""
    first = shape_of(state, "conv_1.sk.weight", 4) or shape_of(state, "conv_1.eval_conv.weight", 4)
    last = shape_of(state, "upsampler.0.weight", 4)
    if first is None or last is None:
        return None
    scale = math.isqrt(last[0] // 3)
    blocks = len({key.split(".")[0] for key in state if key.startswith("block_")})
    return SpanConfig(first[0], blocks, scale, "no_norm" not in state, "conv_1.sk.weight" not in state)


# --- facts ---------------------------------------------------------------------------------------------------------


def layers(config: SpanConfig) -> list[Sees]:
    """What its receptive field is counted from."""
    return [*convolutions(1 + 3 * config.blocks + 2), enlarged(config.scale)]


@cache
def facts(config: SpanConfig) -> Facts:
    """Those of the running form, whichever form the weights have."""
    running = replace(config, folded=True)
    return facts_for(
        lambda: SPAN(running),
        scale=config.scale,
        field=receptive_field(layers(config), config.scale),
        activation_bytes=_activation_bytes(config),
    )


def _activation_bytes(config: SpanConfig) -> float:
    # Measured on a CPU in channels_last at 256 x 256 pixels: 2,993 per input pixel at x4 and 2,232 at x2 with 48
    # features, 1,809 at x1 with 28, which oneDNN rounds up to 32. About twelve layers' results are alive at once.
    layer = 4.0 * 16 * math.ceil(config.features / 16)
    return 12.5 * layer + 40.0 * config.scale**2


NETWORK = Network("span", "SPAN", detect, SPAN, facts, SpanConfig, rename, folded)
