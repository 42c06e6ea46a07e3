"""Quitting Krita in the middle of a run."""

from inside import ends_program
from krita import Krita
from scenarios import desk


@ends_program
def scenario_quit():
    """Krita quits in the middle of a run: it ends by itself, and nothing of the job is left"""
    document = desk.opened()
    desk.begin(tile="32")
    desk.under_way()
    document.setModified(False)
    desk.qt("QtCore").QTimer.singleShot(0, Krita.instance().action("file_quit").trigger)
