"""Every engine that can run here agrees with torch's float32 on real weights and a real photograph."""

from functools import cache
from pathlib import Path

import cv2
import pytest
import torch
from torch import Tensor, nn

from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.engines.available import Engines

PHOTO = Path(__file__).parents[1] / "data" / "chelsea.png"
SIDES = {"realesr-animevideov3-x4": 96, "waifu2x-photo-x2": 96, "realesrgan-x4plus-anime": 48}

# Stated: the largest difference from torch float32 on the processor, of a range of 0 to 1 (1/255 is 4e-3).
FLOAT32_FIGURE = 1e-4
HALF_FIGURES = {"float16": 8e-3, "bfloat16": 4e-2}


@cache
def network_of(name: str) -> nn.Module:
    return Catalogue().load(Catalogue().find(name))


@cache
def photo(side: int) -> Tensor:
    pixels = cv2.cvtColor(cv2.imread(str(PHOTO)), cv2.COLOR_BGR2RGB)[96 : 96 + side, 128 : 128 + side]
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255


@cache
def expected(name: str) -> Tensor:
    with torch.inference_mode():
        return network_of(name)(photo(SIDES[name]))


PLACES = [(card.engine, card.device) for card in Engines().available()]


@pytest.mark.parametrize(("engine", "device"), PLACES, ids="-".join)
@pytest.mark.parametrize("name", SIDES)
def test_float32_agrees(name, engine, device):
    ready = Engines().open(engine, device)
    runner = ready.prepare(network_of(name), Catalogue().find(name).facts, "float32")
    result = runner.run(photo(SIDES[name]).to(ready.tensor_device)).cpu()
    assert (result - expected(name)).abs().max() < FLOAT32_FIGURE


@pytest.mark.parametrize(("engine", "device"), PLACES, ids="-".join)
@pytest.mark.parametrize("name", SIDES)
def test_what_auto_takes_agrees_and_full_precision_agrees_better(name, engine, device):
    ready = Engines().open(engine, device)
    runner = ready.prepare(network_of(name), Catalogue().find(name).facts)
    figure = {"float32": FLOAT32_FIGURE, **HALF_FIGURES}[runner.precision]
    batch = photo(SIDES[name]).to(ready.tensor_device)
    assert (runner.run(batch).cpu() - expected(name)).abs().max() < figure
    assert (runner.run(batch, full_precision=True).cpu() - expected(name)).abs().max() < FLOAT32_FIGURE
