"""What tests of the panel share that have the real worker run real jobs."""

from __future__ import annotations

from dataclasses import replace

from burnish.panel.controller import Controller
from burnish.panel.state import Phase

MODEL = "realesr-animevideov3-x2"
PATIENCE_MS = 120_000


def finish(qtbot, controller: Controller) -> None:
    """Wait until no job runs."""
    qtbot.waitUntil(lambda: controller.state.phase is not Phase.RUNNING, timeout=PATIENCE_MS)


def start_with_small_tiles(controller: Controller) -> None:
    """Enhance as chosen, in so many tiles that something can happen between them."""
    order = controller.state.order()
    controller.submit(replace(order, request=replace(order.request, tile="64")))
