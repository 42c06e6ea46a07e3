"""Every network that Burnish knows. A new one is its own file and one line here (see docs/adding-a-network.md)."""

from __future__ import annotations

from burnish_models.networks import rrdbnet, srvgg_compact, upconv7
from burnish_models.networks.network import Network, Recognised, State
from burnish_models.networks.network import recognise as _recognise

NETWORKS: tuple[Network, ...] = (
    rrdbnet.NETWORK,
    srvgg_compact.NETWORK,
    upconv7.NETWORK,
)


def network_named(name: str) -> Network:
    """The network with this catalogue name. Raises KeyError."""
    return {network.name: network for network in NETWORKS}[name]


def recognise(state: State) -> Recognised | None:
    """The known network that these weights belong to, or None."""
    return _recognise(NETWORKS, state)
