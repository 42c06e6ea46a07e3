"""The figures that others published, on their own pictures: those are not ours to hand on, so they must be there.

Set BURNISH_JUDGE_PICTURES to a folder that holds, by name:
- baboon.png: github.com/XPixelGroup/BasicSR, test_scripts/data/baboon.png
- I03.bmp I04.bmp I06.bmp I08.bmp I19.bmp, and reference/ with the same names: github.com/chaofengc/IQA-PyTorch,
  ResultsCalibra/dist_dir and ref_dir (pictures of TID2013)
- goldhill.gif I01.BMP: github.com/photosynthesis-team/piq, tests/assets
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from burnish_models.metrics.brisque import brisque
from burnish_models.metrics.conventions import grey
from burnish_models.metrics.niqe import niqe
from burnish_models.metrics.psnr import psnr
from burnish_models.metrics.ssim import ssim
from metrics.variants import Levels

FOLDER = os.environ.get("BURNISH_JUDGE_PICTURES")

pytestmark = pytest.mark.skipif(FOLDER is None, reason="BURNISH_JUDGE_PICTURES names no folder with the pictures")

# MATLAB's figures with the authors' programs: ResultsCalibra/results_official.csv of IQA-PyTorch.
OFFICIAL = {
    "I03.bmp": (15.7536293917814, 94.6421, 21.11, 0.6993),
    "I04.bmp": (3.65492152353770, -0.107618, 20.99, 0.9978),
    "I06.bmp": (3.23547743716998, 0.992889, 27.01, 0.9989),
    "I08.bmp": (3.18403333858339, 5.35827, 23.30, 0.9669),
    "I19.bmp": (8.63519663862637, 72.2617, 21.62, 0.6519),
}
# Pictures with flat parts, whose figures depend on the rounding errors of the machine that computed them (see
# natural_scenes.py): how far ours may be from those.
NIQE_WITHIN = {"I03.bmp": 0.01, "I04.bmp": 1e-9, "I06.bmp": 0.0015, "I08.bmp": 0.02, "I19.bmp": 0.035}
BRISQUE_WITHIN = {"I03.bmp": 0.002, "I04.bmp": 0.0005, "I06.bmp": 0.002, "I08.bmp": 0.6, "I19.bmp": 2.2}


def published(name: str) -> Levels:
    path = Path(FOLDER or "") / name
    assert path.exists(), f"{path} is missing"
    return np.asarray(Image.open(path).convert("RGB")).astype(np.float64)


def test_niqe_of_baboon() -> None:
    """BasicSR, tests/test_metrics and docs: 5.72957338 by MATLAB, in Y."""
    assert niqe(published("baboon.png")) == pytest.approx(5.72957338, abs=1e-6)


@pytest.mark.parametrize("name", OFFICIAL)
def test_niqe_and_brisque_of_tid2013(name: str) -> None:
    of_niqe, of_brisque, *_ = OFFICIAL[name]
    assert niqe(published(name), "grey") == pytest.approx(of_niqe, abs=NIQE_WITHIN[name])
    assert brisque(published(name)) == pytest.approx(of_brisque, abs=BRISQUE_WITHIN[name])


@pytest.mark.parametrize("name", OFFICIAL)
def test_psnr_and_ssim_of_tid2013(name: str) -> None:
    *_, of_psnr, of_ssim = OFFICIAL[name]
    result, target = published(name), published(f"reference/{name}")
    assert psnr(result, target) == pytest.approx(of_psnr, abs=0.005)
    in_grey = [np.repeat(grey(levels)[:, :, None], 3, axis=2) for levels in (result, target)]
    assert ssim(*in_grey) == pytest.approx(of_ssim, abs=5e-5)


@pytest.mark.parametrize(("name", "matlab"), [("goldhill.gif", 8.425548118925917), ("I01.BMP", 10.259409019043119)])
def test_brisque_of_the_figures_that_piq_pins(name: str, matlab: float) -> None:
    """piq, tests/test_brisque.py. The authors' program rounds features to six decimals on its way, which we do not."""
    assert brisque(published(name)) == pytest.approx(matlab, abs=2e-4)
