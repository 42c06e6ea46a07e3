"""Krita is closed while Burnish is at work."""

from inside import ends_program
from scenarios import desk


def _close_krita(document):
    """Close the window as the artist does, once this scenario has returned; nothing is asked about the document."""

    def close():
        document.setModified(False)
        desk.application().activeWindow().qwindow().close()

    desk.qt("QtCore").QTimer.singleShot(200, close)


@ends_program
def scenario_quit_mid_run():
    """Krita is closed in the middle of a run, with an earlier result in another picture: it ends as ever"""
    finished = desk.opened()
    desk.enhanced()
    finished.setModified(False)
    document = desk.opened()
    desk.begin(tile="96")
    desk.under_way(3)
    _close_krita(document)
