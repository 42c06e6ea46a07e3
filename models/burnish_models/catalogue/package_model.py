"""Loads a catalogue model from its package: checked, converted once, then taken from the cache."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from burnish_models.catalogue.cache import WeightsCache
from burnish_models.catalogue.model import Model, PackageFile
from burnish_models.catalogue.ncnn_file import NcnnError, read_param, read_weights
from burnish_models.catalogue.ncnn_weights import state_of
from burnish_models.catalogue.package_file import corrupt, read_checked
from burnish_models.networks.network import Recognised
from burnish_models.networks.registry import recognise


def load_package_model(model: Model, source: PackageFile, folder: Path | None, cache: WeightsCache) -> nn.Module:
    """The network with its weights.

    Raises:
        BurnishError: "model-package-missing" or "model-corrupt".
    """
    cached = cache.get(source.sha256)
    if cached is not None:
        known = _known(model, recognise(cached))
        if known is not None:
            return known.module()
        cache.drop(source.sha256)  # kept by another version of Burnish
    param, weights = read_checked(model.name, source, folder)
    try:
        state = state_of(model.network, read_weights(read_param(param), weights))
    except NcnnError as error:
        raise corrupt(model.name, source, str(error)) from error
    known = _known(model, recognise(state))
    if known is None:
        raise corrupt(model.name, source, f"the files hold no {model.network}")
    cache.put(source.sha256, state)
    return known.module()


def _known(model: Model, recognised: Recognised | None) -> Recognised | None:
    return recognised if recognised is not None and recognised.network.name == model.network else None
