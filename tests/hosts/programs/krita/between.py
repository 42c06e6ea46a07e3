"""What happens between two scenarios in Krita: the run is given up, and the panel is as at the start."""

from inside import wait_until
from scenarios import desk

from burnish.panel.orders import Phase


def between():
    controller = desk.controller()
    if controller.state.queue:
        controller.queue.clear()
    if controller.state.phase is Phase.RUNNING:
        controller.cancel(keep=False)
        wait_until(lambda: controller.state.phase is not Phase.RUNNING, "the end of the run")
    controller.dismiss()
    controller.forget_result()
    controller.state.last = None
