"""Weights that were trained here and come with Burnish: found, checked, and made into a network."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.model import Model, OwnFile

if TYPE_CHECKING:
    from torch import nn

FOLDER = Path(__file__).parents[1] / "weights"


def path_of(source: OwnFile, folder: Path = FOLDER) -> Path:
    """Where the file lies."""
    return folder / f"{source.stem}.safetensors"


def load_own_model(model: Model, source: OwnFile, folder: Path = FOLDER) -> nn.Module:
    """The network with its weights: float32, in eval mode, without gradients.

    Raises:
        BurnishError: "model-package-missing" where the file is not there, "model-corrupt" where its checksum is wrong.
    """
    import safetensors.torch

    from burnish_models.networks.registry import recognise

    path = path_of(source, folder)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BurnishError("model-package-missing", detail=str(error), name=model.name, package="burnish") from error
    found = hashlib.sha256(data).hexdigest()
    if found != source.sha256:
        detail = f"{path}: SHA-256 {found}, expected {source.sha256}"
        raise BurnishError("model-corrupt", detail=detail, name=model.name, package="burnish")
    recognised = recognise(safetensors.torch.load(data))
    if recognised is None or recognised.network.name != model.network:
        raise BurnishError(
            "model-corrupt", detail=f"{path} holds no {model.network}", name=model.name, package="burnish"
        )
    return recognised.module()
