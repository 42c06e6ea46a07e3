"""One job with everything that belongs to it: what was asked for, whose pixels they are, and where the result goes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from burnish.client import Job, Layer
from burnish.hosts.contract import Host, LayerFacts, Place, Target
from burnish.panel.fetching import fetched_once
from burnish.panel.job_thread import JobThread
from burnish.panel.orders import Order
from burnish.wire.geometry import Rect
from burnish.wire.sentences import BurnishError, Failure


@dataclass(frozen=True)
class Submission:
    """An order with the layer that it was made for, as that was when the artist gave the order."""

    order: Order
    source: LayerFacts
    layer: Layer

    @property
    def region(self) -> Rect:
        """The part that is enhanced, in the layer's pixels."""
        return self.order.request.area(self.source.format) or self.source.format.bounds


@dataclass
class Run:
    """A job on its way.

    Attributes:
        target: None until the worker has said what the result will be.
        keep: whether the finished tiles stay after a cancellation.
        lost: the host cannot take the result any more.
        problem: why not; None where the artist did away with it.
    """

    submission: Submission
    job: Job
    thread: JobThread
    target: Target | None = None
    keep: bool = True
    lost: bool = False
    problem: Failure | None = None


def submission_for(host: Host, order: Order) -> Submission:
    """`order` with the current layer's pixels, and with the soft edge of a selection that shapes the result.

    Raises BurnishError("no-layer") without a document, "layer-refused", and whatever keeps the host from reading.
    """
    source = host.current_layer()
    if source is None:
        raise BurnishError("no-layer")
    if source.refusal:
        raise BurnishError("layer-refused", name=source.name or source.document, reason=source.refusal)
    layer, region = host.read(), order.request.region
    if region is not None and order.selected and order.place is not Place.NEW_IMAGE:
        layer = replace(layer, mask=host.selection_mask(region))
    return Submission(order, source, fetched_once(layer))
