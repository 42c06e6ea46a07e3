"""What an image file holds, once in memory: pixels, the format that explains them, and all else worth keeping."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from burnish.wire.geometry import Depth, PixelFormat
from burnish.wire.sentences import Note

DTYPES = {
    Depth.UINT8: np.dtype(np.uint8),
    Depth.UINT16: np.dtype(np.uint16),
    Depth.FLOAT16: np.dtype(np.float16),
    Depth.FLOAT32: np.dtype(np.float32),
}


@dataclass(frozen=True)
class Metadata:
    """What a file says about its picture, apart from the profile.

    Attributes:
        kind: name of the format that it came from; empty for a picture that came from elsewhere.
        exif: a TIFF structure as EXIF defines it, without the "Exif" marker; its orientation is always upright.
        xmp, iptc: as stored.
        dpi: pixels per inch across and down, None where the file does not say.
    """

    kind: str = ""
    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    dpi: tuple[float, float] | None = None


@dataclass(frozen=True)
class Picture:
    """A picture in memory, upright.

    Attributes:
        format: what the pixels are.
        pixels: [height, width, channels], contiguous, of the format's depth; straight alpha.
        metadata: what else the file said.
        notes: what had to be changed in order to read it, for the user.
    """

    format: PixelFormat
    pixels: np.ndarray
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        expected = (self.format.height, self.format.width, self.format.channels)
        if self.pixels.shape != expected or self.pixels.dtype != DTYPES[self.format.depth]:
            raise ValueError(
                f"pixels {self.pixels.shape} {self.pixels.dtype} do not fit {expected} {self.format.depth}"
            )

    def with_pixels(self, pixel_format: PixelFormat, data: object) -> Picture:
        """The same picture with other pixels, such as a job's result. data: any buffer of the format's bytes."""
        flat = np.frombuffer(data, DTYPES[pixel_format.depth])  # type: ignore[call-overload]
        shape = (pixel_format.height, pixel_format.width, pixel_format.channels)
        return replace(self, format=pixel_format, pixels=flat.reshape(shape), notes=())
