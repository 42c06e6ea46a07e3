"""Krita's side of two programs at once on one worker."""

from inside import compare_with_cli, note, takes, workers
from inside.meeting import meet
from scenarios import desk


@takes(500)
def scenario_enhance_while_gimp_does():
    """Krita enhances a layer while GIMP does, on the same worker"""
    document = desk.opened(480, 320)
    desk.choose()
    meet("both are ready")
    source, request = desk.begin(tile="64")
    desk.under_way(1)
    running = workers()
    desk.ended()
    meet("both are done")
    assert workers() == running and len(running) == 1, "one worker served both, and still does"
    note(f"worker {running}")
    compare_with_cli(source, request, desk.layer_at(document.topLevelNodes()[1], source.format))
