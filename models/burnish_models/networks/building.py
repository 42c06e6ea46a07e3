"""Builds an untrained generator from a name and hyper-parameters, as training recipes give them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter, ValidationError
from torch import nn

from burnish_models.networks.network import Network
from burnish_models.networks.registry import NETWORKS


def build_generator(name: str, **hyper: Any) -> nn.Module:
    """An untrained generator in training mode; hyper-parameters left out keep their paper's values.

    Args:
        name: a network's name in the registry, "srresnet" say.
        hyper: fields of its configuration; lists stand for tuples.

    Raises:
        ValueError: one sentence that names what is unknown or wrong, and what is known.
    """
    network = _network(name)
    config = configured(name, network.config, hyper)
    try:
        return network.build(config).train()
    except (RuntimeError, ValueError, ZeroDivisionError) as error:  # torch refuses a channel count of -1, say
        raise ValueError(f"{name} cannot be built as {config}: {error}") from error


def configured(name: str, kind: type[Any], hyper: dict[str, Any]) -> Any:
    """A configuration dataclass from a mapping. Raises ValueError with one sentence; `name` is what it speaks of."""
    known = [field.name for field in fields(kind)]
    unknown = sorted(set(hyper) - set(known))
    if unknown:
        raise ValueError(f"{name} has no hyper-parameter {', '.join(unknown)}; it has {', '.join(known) or 'none'}")
    try:
        return TypeAdapter(kind).validate_python(hyper)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        reason = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"{name}: {where}: {reason}" if where else f"{name}: {reason}") from error


def _network(name: str) -> Network:
    for network in NETWORKS:
        if network.name == name:
            return network
    raise ValueError(f"there is no generator {name!r}; there are {', '.join(network.name for network in NETWORKS)}")
