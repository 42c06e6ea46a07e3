"""Weights that a training begins with, or learns from: a file, or a model of the catalogue."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.catalogue.model import UserFile
from burnish_models.catalogue.user_file import read_state
from burnish_models.networks.network import Recognised, shapes_of
from burnish_models.networks.registry import NETWORKS, recognise


def load_start(network: nn.Module, name_or_path: str) -> None:
    """Give the network these weights.

    Raises:
        BurnishError: "start-differs" where they belong to another network or other hyper-parameters; what finding and
            reading them raises.
    """
    found = find_weights(name_or_path)
    if shapes_of(found.state) != shapes_of(network.state_dict()):
        raise BurnishError("start-differs", weights=name_or_path, found=str(found.config), wanted=_spoken(network))
    network.load_state_dict(dict(found.as_trained().state_dict()))


def load_teacher(name_or_path: str) -> nn.Module:
    """A network whose results are targets: float32, in eval mode, without gradients. Raises BurnishError."""
    return find_weights(name_or_path).module()


def find_weights(name_or_path: str) -> Recognised:
    """The weights of a file or of a model of the catalogue. Raises BurnishError."""
    catalogue = Catalogue()
    model = catalogue.find(name_or_path)
    path = model.source.path if isinstance(model.source, UserFile) else None
    state = catalogue.load(model).state_dict() if path is None else read_state(path)
    found = recognise(state)
    if found is None:
        known = ", ".join(network.title for network in NETWORKS)
        raise BurnishError("model-not-recognised", path=str(Path(name_or_path)), known=known)
    return found


def _spoken(network: nn.Module) -> str:
    return str(getattr(network, "config", type(network).__name__))
