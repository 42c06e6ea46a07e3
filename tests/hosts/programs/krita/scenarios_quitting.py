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
def scenario_quit_with_a_result():
    """Krita is closed with a finished result in the picture: it ends as ever"""
    document = desk.opened()
    desk.enhanced()
    _close_krita(document)


@ends_program
def scenario_quit_mid_run():
    """Krita is closed in the middle of a run: it ends as ever, and nothing of the panel stays behind"""
    document = desk.opened()
    desk.begin(tile="32")
    desk.under_way(3)
    _close_krita(document)
