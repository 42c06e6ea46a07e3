"""How far a result pixel sees: the layers of a network, walked from the result back to the input.

Along one side, a run of result pixels sees a run of pixels of the layer before, and so on. Only the widest path counts:
shortcuts and skip connections see less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Sees = Callable[[int, int], tuple[int, int]]
"""From the first and last pixel of a layer's output to the first and last pixel of its input that they depend on."""


def convolution(kernel: int, stride: int = 1, padding: int | None = None) -> Sees:
    """A convolution or a pooling. padding: at the start, (kernel - 1) // 2 when left out."""
    before = (kernel - 1) // 2 if padding is None else padding
    return lambda first, last: (first * stride - before, last * stride - before + kernel - 1)


def convolutions(count: int, kernel: int = 3) -> list[Sees]:
    """So many convolutions that keep the size."""
    return [convolution(kernel)] * count


def transposed(kernel: int, stride: int, padding: int) -> Sees:
    """A transposed convolution: input pixel i reaches result pixels i * stride - padding + 0 ... kernel - 1."""
    return lambda first, last: (-(-(first + padding - kernel + 1) // stride), (last + padding) // stride)


def enlarged(factor: int) -> Sees:
    """Nearest upsampling, or a pixel shuffle."""
    return lambda first, last: (first // factor, last // factor)


def bilinear(factor: int) -> Sees:
    """Bilinear upsampling by pixel centres (align_corners=False)."""

    def sees(first: int, last: int) -> tuple[int, int]:
        after, beside = divmod(2 * last + 1 - factor, 2 * factor)
        return (2 * first + 1 - factor) // (2 * factor), after + bool(beside)

    return sees


def receptive_field(layers: Sequence[Sees], scale: int = 1, period: int = 1) -> int:
    """The farthest input pixel that a result pixel sees, in pixels to each side.

    Args:
        layers: from the input to the result.
        scale: result pixels per input pixel.
        period: input pixels after which the same pattern begins again: the strides' product.
    """
    farthest = 0
    for pixel in range(scale * period):
        first, last = pixel, pixel
        for layer in reversed(layers):
            first, last = layer(first, last)
        farthest = max(farthest, pixel // scale - first, last - pixel // scale)
    return farthest
