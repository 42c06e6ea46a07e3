"""From floating planes to the layer's own depth and channel order, rounded once."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from burnish_models.pixels.source import LayerReader

_LARGEST_HALF = 65504.0


def to_pixels(colours: Tensor, alpha: Tensor | float | None, reader: LayerReader) -> NDArray:
    """Planes as pixels of the layer.

    Integers are rounded half to even and clipped to their range; floats are not clipped (but held to what float16 can
    say), so that colours brighter than white survive.

    Args:
        colours: float32 [1 or 3, h, w], the layer's own values, red first. May be changed.
        alpha: float32 [h, w], or one number for all; ignored where the layer has none.

    Returns:
        [h, w, channels] in the layer's depth and channel order, on the host.
    """
    layer = reader.layer
    if colours.device.type == "cpu" and reader.whole and layer.channels == 3 and not layer.bgr:
        interleaved = colours.permute(1, 2, 0)
        if interleaved.stride()[1:] == (3, 1):  # channels_last output lies as the layer does: one pass
            return _rounded(interleaved.numpy(), reader)
    planes = _depth_planes(colours, reader)
    if layer.bgr and reader.colours == 3:
        planes.reverse()
    if layer.has_alpha:
        planes += _alpha_planes(alpha, colours, reader)
    if reader.array.dtype == np.float16 or len(planes) == 1:
        return np.stack(planes, axis=-1)
    return cv2.merge(planes)


def in_range(values: Tensor, reader: LayerReader) -> Tensor:
    """Values as the layer can hold them: clipped to 0 to 1 for integers."""
    return values.clamp(0, 1) if reader.whole else values


def _depth_planes(values: Tensor, reader: LayerReader) -> list[NDArray]:
    """Each of [n, h, w] in the layer's depth, on the host."""
    if values.device.type == "cpu":
        planes = list(values.numpy())
        return (
            [_rounded(plane, reader) for plane in planes]
            if reader.whole
            else [_held(plane, reader) for plane in planes]
        )
    if not reader.whole:
        return [_held(plane, reader) for plane in values.cpu().numpy()]
    codes = (values * reader.top).round_().clamp_(0, reader.top)
    codes = codes.to(torch.uint8 if reader.top == 255 else torch.int32)  # few bytes to bring over
    return list(codes.cpu().numpy().astype(reader.array.dtype, copy=False))


def _alpha_planes(alpha: Tensor | float | None, like: Tensor, reader: LayerReader) -> list[NDArray]:
    if isinstance(alpha, Tensor):
        return _depth_planes(alpha[None], reader)
    value = 1.0 if alpha is None else alpha
    return [np.full(like.shape[1:], round(value * reader.top) if reader.whole else value, reader.array.dtype)]


def _rounded(values: NDArray[np.float32], reader: LayerReader) -> NDArray:
    """Integer codes of [h, w] or [h, w, n] values in one pass: OpenCV rounds half to even and clips."""
    depth = cv2.CV_8U if reader.top == 255 else cv2.CV_16U
    return cv2.addWeighted(values, reader.top, values, 0.0, 0.0, dtype=depth)


def _held(values: NDArray[np.float32], reader: LayerReader) -> NDArray:
    if reader.array.dtype != np.float16:
        return values
    return np.clip(values, -_LARGEST_HALF, _LARGEST_HALF).astype(np.float16)
