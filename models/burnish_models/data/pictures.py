"""Picture files as arrays, decoded once and kept within a bound of memory."""

from __future__ import annotations

import io
import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from burnish.wire.sentences import BurnishError

_LOG = logging.getLogger(__name__)
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")
_SRGB = ImageCms.createProfile("sRGB")


def decode(path: Path) -> NDArray[np.uint8]:
    """uint8 [h, w, 3] in sRGB, upright. Transparency is left out; 16 bits become 8.

    Raises:
        BurnishError: "file-missing", "file-not-picture" or "file-damaged".
    """
    try:
        with Image.open(path) as file:
            picture = _in_srgb(ImageOps.exif_transpose(file))
    except FileNotFoundError as error:
        raise BurnishError("file-missing", path=str(path)) from error
    except UnidentifiedImageError as error:
        raise BurnishError("file-not-picture", path=str(path), known=", ".join(SUFFIXES)) from error
    except (OSError, SyntaxError, ValueError) as error:  # SyntaxError is Pillow's word for a broken PNG
        raise BurnishError("file-damaged", detail=str(error), path=str(path)) from error
    return np.asarray(picture)


def _in_srgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip at 255
        picture = Image.fromarray((np.asarray(picture, dtype=np.float64) / 257).round().clip(0, 255).astype(np.uint8))
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture.convert("RGB")
    try:
        found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(found).strip()
        if "srgb" in name.lower() or name == "c2":  # "c2" is the compact sRGB profile
            return picture.convert("RGB")
        colours = picture if picture.mode in ("CMYK", "L") else picture.convert("RGB")
        return ImageCms.profileToProfile(colours, found, _SRGB, outputMode="RGB") or colours
    except (ImageCms.PyCMSError, OSError) as error:
        _LOG.warning("a profile is left out that does not fit its picture: %s", error)
        return picture.convert("RGB")


def halved(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Half as large: each pixel the rounded mean of 2x2. An odd last row or column is left out."""
    height, width = pixels.shape[0] // 2 * 2, pixels.shape[1] // 2 * 2
    return np.asarray(Image.fromarray(pixels[:height, :width]).reduce(2))


class Pictures:
    """Pictures by number, each as uint8 [h, w, 3].

    paths: the files, in the order of their numbers.
    halve_above: pictures of more megapixels than this are halved in both directions, which takes noise and the
        traces of JPEG out of large photographs; None halves nothing.
    megabytes: what the decoded pictures may take in memory. The one that was not used for longest goes first.
    """

    def __init__(self, paths: Sequence[Path], halve_above: float | None = None, megabytes: float = 1536) -> None:
        self.paths = tuple(paths)
        self._halve_above = halve_above
        self._bound = megabytes * 1e6
        self._kept: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type[Pictures], tuple[Sequence[Path], float | None, float]]:
        """Another process gets the files, not what is decoded of them."""
        return Pictures, (self.paths, self._halve_above, self._bound / 1e6)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, number: int) -> NDArray[np.uint8]:
        with self._lock:
            kept = self._kept.get(number)
            if kept is not None:
                self._kept.move_to_end(number)
                return kept
        pixels = decode(self.paths[number])
        if self._halve_above is not None and pixels.shape[0] * pixels.shape[1] > self._halve_above * 1e6:
            pixels = halved(pixels)
        self._keep(number, pixels)
        return pixels

    def _keep(self, number: int, pixels: NDArray[np.uint8]) -> None:
        with self._lock:
            if number in self._kept or pixels.nbytes > self._bound:
                return
            self._kept[number] = pixels
            self._bytes += pixels.nbytes
            while self._bytes > self._bound:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= oldest.nbytes
