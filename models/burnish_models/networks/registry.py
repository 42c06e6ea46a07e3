"""Every network that Burnish knows. A new one is its own file and one line here (see docs/adding-a-network.md)."""

from __future__ import annotations

from burnish_models.networks import (
    cyclegan_resnet,
    cyclegan_unet,
    denoising_unet,
    mobile_resnet,
    msrresnet,
    progressive,
    rrdbnet,
    span,
    srresnet,
    srvgg_compact,
    upconv7,
    zero_dce,
    zero_dce_pp,
)
from burnish_models.networks.network import Network, Recognised, State
from burnish_models.networks.network import recognise as _recognise

NETWORKS: tuple[Network, ...] = (
    rrdbnet.NETWORK,
    srvgg_compact.NETWORK,
    upconv7.NETWORK,
    srresnet.NETWORK,
    msrresnet.NETWORK,
    span.NETWORK,
    cyclegan_resnet.NETWORK,
    cyclegan_unet.NETWORK,
    mobile_resnet.NETWORK,
    denoising_unet.NETWORK,
    zero_dce.NETWORK,
    zero_dce_pp.NETWORK,
    progressive.NETWORK,
)


def network_named(name: str) -> Network:
    """The network with this catalogue name. Raises KeyError."""
    return {network.name: network for network in NETWORKS}[name]


def recognise(state: State) -> Recognised | None:
    """The known network that these weights belong to, or None."""
    return _recognise(NETWORKS, state)
