"""Makes a catalogue model of a weights file that the user pointed to."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from burnish.wire.request import N_
from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.model import Model, UserFile
from burnish_models.catalogue.user_file import read_state
from burnish_models.networks.network import Recognised
from burnish_models.networks.registry import NETWORKS, recognise


def describe(path: Path) -> Model:
    """The model in a weights file; its facts come from its network.

    Raises:
        BurnishError: as read_state, and "model-not-recognised".
    """
    path = path.absolute()  # the worker's folder is not the user's; the name must find the file again
    recognised = _recognise(path)
    return Model(
        name=str(path),
        title=path.stem,
        purpose=N_("Your own weights file."),
        tasks=("upscale",) if recognised.facts.scale > 1 else (),
        network=recognised.network.name,
        source=UserFile(path),
        licence="",
        credit="",
        facts=recognised.facts,
    )


def load(model: Model, source: UserFile) -> nn.Module:
    """The network of a model that `describe` made. Raises BurnishError as `describe`, and "model-file-changed"."""
    recognised = _recognise(source.path)
    if recognised.facts != model.facts:
        raise BurnishError("model-file-changed", path=str(source.path))
    return recognised.module()


def _recognise(path: Path) -> Recognised:
    recognised = recognise(read_state(path))
    if recognised is None:
        known = ", ".join(network.title for network in NETWORKS)
        raise BurnishError("model-not-recognised", path=str(path), known=known)
    return recognised
