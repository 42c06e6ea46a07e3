"""The way of a tile's pixels: from the layer to the network's input, and from its output to the layer's own pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from burnish.wire.geometry import PixelFormat, Rect
from burnish.wire.request import AlphaPolicy, Output, Outside
from burnish_models.catalogue.model import Facts
from burnish_models.pixels.bleed import bleed_margin
from burnish_models.pixels.compose import in_range, to_pixels
from burnish_models.pixels.original import Original, resampler_to, to_layer_channels
from burnish_models.pixels.resample import Kernel
from burnish_models.pixels.screen import to_screen
from burnish_models.pixels.selection import Selection
from burnish_models.pixels.source import LayerReader
from burnish_models.pixels.transfer import linear_to_srgb
from burnish_models.tiling.grid import ResultGrid

ALPHA_SLACK = 3 / 255


@dataclass(frozen=True)
class PreparedTile:
    """A tile ready for the network.

    Attributes:
        read: what the inputs show, in the layer's pixels.
        network_inputs: float32 [3, read.height, read.width] each, sRGB-encoded, 0 to 1: the colours, then the alpha as
            grey where the alpha goes through the network too. Empty where the network is not needed, because nothing
            is visible or selected, or the strength is 0.
        invalid: how many values of the layer were not finite here; they were read as 0.
    """

    read: Rect
    network_inputs: tuple[Tensor, ...]
    invalid: int


class TilePipeline:
    """Prepares and finishes the tiles of one job.

    Args:
        array: [height, width, channels], the whole layer; only read.
        layer: what the array holds.
        facts: of the network.
        grid: of the result.
        alpha: how transparency is brought to the result's size.
        strength: how much of the result is kept, 0 to 1.
        device: where the engine wants its tensors.
        mask: how much each pixel of the grid's region is selected, uint8 [h, w]; None where all of them are.
        outside: what pixels become that are selected in part or not at all.
        output: what kind of pixels come out.
    """

    def __init__(
        self,
        array: NDArray,
        layer: PixelFormat,
        facts: Facts,
        grid: ResultGrid,
        alpha: AlphaPolicy = AlphaPolicy.RESAMPLE,
        strength: float = 1.0,
        device: torch.device | str = "cpu",
        mask: NDArray[np.uint8] | None = None,
        outside: Outside = Outside.ORIGINAL,
        output: Output = Output.LAYER,
    ) -> None:
        self.reader = LayerReader(array, layer, device)
        self.grid = grid
        self._alpha_policy = alpha
        self._strength = min(max(strength, 0.0), 1.0)
        self._selection = Selection.of(mask, grid, self.reader.device)
        self._outside = outside
        self._output = output
        self._scale = facts.scale
        self._original = Original(self.reader, grid)
        self._same_scale = grid.scale == facts.scale
        self._resampler = resampler_to(grid, layer.width, layer.height, facts.scale)
        reach = min(facts.receptive_field, facts.overlap) + grid.context(facts.scale) + 2
        self._margin = bleed_margin(reach)

    def prepare(self, read: Rect, wanted: Rect | None = None) -> PreparedTile:
        """The network's inputs for a tile.

        Args:
            read: may reach outside the layer.
            wanted: what `finish` will be asked for; where the selection leaves it out, the network is not needed.
        """
        if self._strength == 0 or self._leaves_out(wanted):
            return PreparedTile(read, (), 0)
        given = self.reader.read(read, self._margin)
        if given.hidden:
            return PreparedTile(read, (), given.invalid)
        inputs = [given.rgb if self.reader.always_in_range else given.rgb.clamp(0, 1)]
        if self._alpha_policy is AlphaPolicy.MODEL and given.alpha is not None and given.alpha_constant is None:
            inputs.append(given.alpha.clamp(0, 1).expand(3, -1, -1))
        return PreparedTile(read, tuple(inputs), given.invalid)

    def finish(self, tile: PreparedTile, answers: list[Tensor], rect: Rect) -> NDArray:
        """A tile's pixels.

        Args:
            tile: from `prepare`.
            answers: what the network made of each of its inputs, float [3, read.height * scale, read.width * scale].
            rect: what is wanted, in result pixels; what it shows lies within the tile's read.

        Returns:
            [rect.height, rect.width, channels] of the grid's format for the output: in the layer's depth, profile and
            channel order, or for the screen.
        """
        if not rect.area:  # reducing may leave a small core without a pixel of its own
            return self._empty(rect)
        selected = self._selected(rect)
        shaping = self._outside is Outside.ORIGINAL
        kept = self._strength * selected if shaping else self._strength
        shown = 1.0 if shaping else selected
        if _is(kept, 0.0):
            if _is(shown, 1.0) and self._gives_raw:
                return self._original.raw(rect)
            values = self._original.values(rect)
            count = self.reader.colours
            colours, alpha = values[:count], values[count] if self.reader.layer.has_alpha else None
        else:
            colours, alpha = self._colours(tile, answers, rect), self._alpha(tile, answers, rect)
            if not _is(kept, 1.0):
                colours, alpha = self._blended(colours, alpha, rect, kept)
        if not _is(shown, 1.0):
            alpha = shown if alpha is None else alpha * shown
        if self._output is Output.SCREEN:
            return to_screen(colours, alpha, self.reader)
        pixels = to_pixels(colours, alpha, self.reader)
        if isinstance(kept, Tensor) and self._gives_raw and not self.reader.whole:  # floats have more than values
            np.copyto(pixels, self._original.raw(rect), where=(kept == 0).cpu().numpy()[..., None])
        return pixels

    @property
    def _gives_raw(self) -> bool:
        """Whether the layer's very pixels can stand in the result."""
        return self._original.same_size and self._output is Output.LAYER

    def _leaves_out(self, wanted: Rect | None) -> bool:
        return wanted is not None and wanted.area > 0 and _is(self._selected(wanted), 0.0)

    def _selected(self, rect: Rect) -> Tensor | float:
        """How much each pixel of `rect` is selected, [h, w], or one number for all."""
        return 1.0 if self._selection is None else self._selection.weights(rect)

    def _empty(self, rect: Rect) -> NDArray:
        layout = self.grid.format(self.reader.layer, self._output)
        return np.empty((rect.height, rect.width, layout.channels), layout.depth.value)

    def _colours(self, tile: PreparedTile, answers: list[Tensor], rect: Rect) -> Tensor:
        """The layer's own colour values, [1 or 3, h, w], with all that the layer had beyond 0 to 1."""
        if not tile.network_inputs:
            return self._original.colours(rect)
        transform = self.reader.transform
        if self._same_scale:
            rgb = self._cropped(answers[0], tile.read, rect)
            if self.reader.always_in_range and transform.identity:
                return to_layer_channels(rgb, self.reader)  # clipped when it is rounded
            return self._with_excess(rgb.clamp(0, 1), self._original.excess(rect))
        light = self._resampled_light(answers[0], tile.read, rect)
        excess = self._original.excess(rect)
        if excess is None and self.reader.colours == 3:
            return transform.srgb_light_to_layer(light)
        return self._with_excess(linear_to_srgb(light), excess)

    def _with_excess(self, rgb: Tensor, excess: Tensor | None) -> Tensor:
        return to_layer_channels(rgb if excess is None else rgb + excess, self.reader)

    def _resampled_light(self, rgb: Tensor, read: Rect, rect: Rect) -> Tensor:
        """The network's output brought to the result's scale, as light in sRGB's primaries, 0 to 1."""
        needed = self._resampler.needs(Kernel.LANCZOS, rect)
        light = self.reader.transform.srgb_to_light(_part(rgb, self._given(read), needed).clamp(0, 1))
        return self._resampler.resample(light, needed, rect, Kernel.LANCZOS).clamp_(0, 1)

    def _alpha(self, tile: PreparedTile, answers: list[Tensor], rect: Rect) -> Tensor | None:
        if len(answers) < 2:
            return self._original.alpha(rect)
        alpha = answers[1].mean(0, keepdim=True)
        # networks give flat black and white only nearly; what was opaque has to stay so, and what was empty too
        alpha = ((alpha - ALPHA_SLACK) / (1 - 2 * ALPHA_SLACK)).clamp_(0, 1)
        if self._same_scale:
            return self._cropped(alpha, tile.read, rect)[0]
        return self._resampler.resample(alpha, self._given(tile.read), rect, Kernel.SMOOTH)[0]

    def _blended(
        self, colours: Tensor, alpha: Tensor | None, rect: Rect, kept: Tensor | float
    ) -> tuple[Tensor, Tensor | None]:
        """With the original, linearly in the layer's own values."""
        values = self._original.values(rect)
        count = self.reader.colours
        colours = torch.lerp(values[:count], in_range(colours, self.reader), kept)
        return colours, None if alpha is None else torch.lerp(values[count], alpha, kept)

    def _given(self, read: Rect) -> Rect:
        """What the network's output shows, in its own pixels."""
        scale = self._scale
        return Rect(read.x * scale, read.y * scale, read.width * scale, read.height * scale)

    def _cropped(self, planes: Tensor, read: Rect, rect: Rect) -> Tensor:
        left = (self.grid.region.x - read.x) * self._scale + rect.x
        top = (self.grid.region.y - read.y) * self._scale + rect.y
        return planes[:, top : top + rect.height, left : left + rect.width]


def _is(weight: Tensor | float, number: float) -> bool:
    """Whether a weight is this one number everywhere."""
    return not isinstance(weight, Tensor) and weight == number


def _part(planes: Tensor, given: Rect, needed: Rect) -> Tensor:
    left, top = needed.x - given.x, needed.y - given.y
    return planes[:, top : top + needed.height, left : left + needed.width]
