"""Every judge by name, and the line that says how it judges. The rest of Burnish takes its judges from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from torch import Tensor

from burnish.wire.sentences import BurnishError
from burnish_models.engines.memory import free_bytes
from burnish_models.metrics.brisque import brisque
from burnish_models.metrics.conventions import Levels, NotJudgedError, levels
from burnish_models.metrics.feature_distance import FeatureDistance
from burnish_models.metrics.lpips import lpips
from burnish_models.metrics.niqe import niqe
from burnish_models.metrics.psnr import psnr
from burnish_models.metrics.ssim import ssim
from burnish_models.metrics.stlpips import st_lpips

Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Judge:
    """One way to judge a picture, ready to be called.

    Attributes:
        name: what it is called on the command line, and in JSON.
        title: what it is called at the head of a column.
        convention: one line with all that its figures depend on.
        better: whether higher or lower figures are better.
        digits: how many decimals are worth showing.
        referenced: whether it compares with another picture.
        crop: how many pixels of each edge it leaves out.
    """

    name: str
    title: str
    convention: str
    better: Better
    digits: int
    referenced: bool
    crop: int
    measure: Callable[..., float]

    def __call__(self, picture: Tensor, reference: Tensor | None = None) -> float:
        """The figure for one picture.

        Args:
            picture, reference: [3, h, w], RGB, sRGB-encoded, 0 to 1, of any float type, on any device.

        Raises:
            NotJudgedError: where it is not defined for this picture: its message says why.
            ValueError: where the reference is missing, or of another size.
        """
        own = levels(picture, self.crop)
        if not self.referenced:
            return self.measure(own)
        if reference is None:
            raise ValueError(f"{self.title} needs a picture to compare with.")
        return self.measure(own, levels(reference, self.crop))


REFERENCED = ("psnr", "psnr-y", "ssim", "ssim-y", "st-lpips", "st-lpips-vgg")
UNREFERENCED = ("niqe", "brisque")
JUDGES = (*REFERENCED, *UNREFERENCED)
"""Every judge that needs nothing from the user; LPIPS needs a backbone."""


def judge_named(name: str, crop: int = 0, device: str = "cpu") -> Judge:
    """The judge of this name in JUDGES. Learned ones bring their weights, and download them the first time (64 MB).

    Args:
        name: see JUDGES.
        crop: how many pixels of each edge are left out.
        device: where the networks of learned judges run, "cuda" for one. All else is computed on the CPU.

    Raises:
        BurnishError: "judge-unknown", or why weights cannot be had.
    """
    known: dict[str, Callable[[int, str], Judge]] = {
        "psnr": partial(_psnr, "rgb"),
        "psnr-y": partial(_psnr, "y"),
        "ssim": partial(_ssim, "rgb"),
        "ssim-y": partial(_ssim, "y"),
        "st-lpips": partial(_st_lpips, "alexnet"),
        "st-lpips-vgg": partial(_st_lpips, "vgg16"),
        "niqe": _niqe,
        "brisque": _brisque,
    }
    if name not in known:
        raise BurnishError("judge-unknown", name=name, known=", ".join(known))
    return known[name](crop, device)


def lpips_judge(backbone: Path, crop: int = 0, device: str = "cpu") -> Judge:
    """LPIPS with a backbone in a file of the user's. Raises BurnishError, see `lpips`."""
    distance, network = lpips(backbone)
    distance.to(device)
    convention = f"LPIPS v0.1 on {network}, {_cropped(crop)}, 8-bit; 0 is equal, lower is closer"
    measure = partial(_if_memory_suffices, distance)
    return Judge("lpips", f"LPIPS-{network}", convention, "lower", 4, True, crop, measure)


def _psnr(channel: Literal["rgb", "y"], crop: int, _: str) -> Judge:
    what = "PSNR Y (BT.601, studio range)" if channel == "y" else "PSNR RGB (one error of all channels)"
    convention = f"{what}, {_cropped(crop)}, 8-bit, peak 255, in dB; higher is closer"
    measure = partial(psnr, channel=channel)
    return Judge(_of(channel, "psnr"), _of(channel, "PSNR"), convention, "higher", 2, True, crop, measure)


def _ssim(channel: Literal["rgb", "y"], crop: int, _: str) -> Judge:
    what = "SSIM Y (BT.601, studio range)" if channel == "y" else "SSIM RGB (mean of the channels)"
    window = "Gaussian 11×11 σ 1.5, K 0.01 and 0.03, windows inside the picture, not shrunk"
    convention = f"{what}, {_cropped(crop)}, 8-bit, {window}; 1 is equal, higher is closer"
    measure = partial(ssim, channel=channel)
    return Judge(_of(channel, "ssim"), _of(channel, "SSIM"), convention, "higher", 4, True, crop, measure)


def _st_lpips(backbone: Literal["alexnet", "vgg16"], crop: int, device: str) -> Judge:
    network, name, title = (
        ("AlexNet", "st-lpips", "ST-LPIPS") if backbone == "alexnet" else ("VGG16", "st-lpips-vgg", "ST-LPIPS-VGG")
    )
    convention = f"ST-LPIPS on {network} (not LPIPS), {_cropped(crop)}, 8-bit; 0 is equal, lower is closer"
    measure = partial(_if_memory_suffices, st_lpips(backbone).to(device))
    return Judge(name, title, convention, "lower", 4, True, crop, measure)


def _niqe(crop: int, _: str) -> Judge:
    convention = (
        f"NIQE of Y (BT.601, studio range, rounded), {_cropped(crop)}, 8-bit, blocks of 96×96, the authors' model; "
        "no reference, lower is more natural"
    )
    return Judge("niqe", "NIQE", convention, "lower", 3, False, crop, niqe)


def _brisque(crop: int, _: str) -> Judge:
    convention = (
        f"BRISQUE of grey (BT.601, rounded), {_cropped(crop)}, 8-bit, the authors' model; "
        "no reference, about 0 to 100, lower is better"
    )
    return Judge("brisque", "BRISQUE", convention, "lower", 2, False, crop, brisque)


def _of(channel: Literal["rgb", "y"], name: str) -> str:
    if channel == "rgb":
        return name
    return f"{name}-y" if name.islower() else f"{name}-Y"


def _cropped(crop: int) -> str:
    return f"crop {crop}"


def _if_memory_suffices(distance: FeatureDistance, result: Levels, target: Levels) -> float:
    """A network on a whole large picture takes gigabytes: better not judged than ended by the system."""
    needed = distance.bytes_needed(*result.shape[:2])
    free = free_bytes(distance.device)
    if needed > free:
        raise NotJudgedError(f"its network would need {needed / 1e9:.1f} GB for it, {free / 1e9:.1f} GB are free")
    return distance(result, target)
