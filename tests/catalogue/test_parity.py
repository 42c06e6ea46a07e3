"""Each catalogue model against the ncnn package running the very files that it was read from."""

from __future__ import annotations

from pathlib import Path

import ncnn
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.catalogue.entries import ENTRIES
from burnish_models.catalogue.model import Model, PackageFile
from burnish_models.catalogue.package_file import installed_folder, paths_of

PHOTO = Path(__file__).parents[1] / "data" / "chelsea.png"
BLOBS = {"rrdbnet": ("data", "output"), "srvgg-compact": ("data", "output"), "upconv7": ("Input1", "Eltwise4")}
PADDING = {"upconv7": 7}  # what ncnn's unpadded convolutions need and our network adds itself


def run_ncnn(model: Model, picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """[3, h, w] through ncnn, in plain float32 arithmetic."""
    source = model.source
    assert isinstance(source, PackageFile)
    folder = installed_folder(source.module)
    assert folder is not None
    param, weights = paths_of(source, folder)
    net = ncnn.Net()
    net.opt.num_threads = 1
    for option in dir(net.opt):
        if option.startswith(("use_fp16", "use_bf16", "use_winograd", "use_vulkan")):
            setattr(net.opt, option, False)
    assert net.load_param(str(param)) == 0
    assert net.load_model(str(weights)) == 0
    first, last = BLOBS[model.network]
    extractor = net.create_extractor()
    extractor.input(first, ncnn.Mat(np.ascontiguousarray(picture)).clone())
    failed, result = extractor.extract(last)
    assert not failed
    return np.array(result)


@pytest.mark.parametrize("model", ENTRIES, ids=[model.name for model in ENTRIES])
def test_the_network_gives_what_ncnn_gives(model: Model, tmp_path: Path) -> None:
    crop = np.asarray(Image.open(PHOTO).convert("RGB").crop((150, 90, 198, 130)), np.float32) / 255
    picture = np.ascontiguousarray(crop.transpose(2, 0, 1))
    pad = PADDING.get(model.network, 0)
    expected = run_ncnn(model, np.pad(picture, ((0, 0), (pad, pad), (pad, pad)), mode="edge"))
    network = Catalogue(cache_folder=tmp_path).load(model)
    with torch.inference_mode():
        result = network(torch.from_numpy(picture)[None])[0].numpy()
    assert result.shape == expected.shape == (3, 40 * model.facts.scale, 48 * model.facts.scale)
    assert np.abs(result - expected).max() <= 1e-5
    assert 0.1 < result.mean() < 0.9  # a picture, not a constant
    assert np.abs(result).max() < 2
