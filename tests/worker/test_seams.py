"""What tiles cost in fidelity where a network sees too far for exact tiles: within what the catalogue states."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from burnish.client import WorkerClient
from burnish.wire.request import Request
from worker.helpers import DATA, run, succeeded


@pytest.mark.slow
def test_the_best_model_shows_no_seams_at_its_default_tiles(shared_client: WorkerClient) -> None:
    """Just too large for one tile, so that four meet, against the whole picture at once."""
    pixels = np.ascontiguousarray(np.asarray(Image.open(DATA / "astronaut.png").convert("RGB"))[:368, 64:432])
    assert pixels.shape == (368, 368, 3)
    whole = run(shared_client, Request(model="realesrgan-x4plus", tile="none"), pixels)
    tiled = run(shared_client, Request(model="realesrgan-x4plus"), pixels)
    assert len(whole.tiles) == 1
    assert len(tiled.tiles) >= 4
    difference = np.abs(succeeded(whole).astype(int) - succeeded(tiled))
    figures = f"maximum {difference.max()}, 99.9th percentile {np.percentile(difference, 99.9):.1f}"
    assert difference.max() <= 8, figures
    assert np.percentile(difference, 99.9) <= 2, figures
