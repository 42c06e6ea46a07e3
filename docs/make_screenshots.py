"""Makes the pictures in docs/images/ from the real window and worker: python docs/make_screenshots.py [FOLDER].

Needs what the window's tests need (Xvfb and its libraries on Linux). Takes a few minutes on a machine without a GPU.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugin"), str(ROOT / "models")]

from burnish.client import WorkerClient  # noqa: E402
from burnish.hosts.standalone.dialogs import Answer  # noqa: E402
from burnish.hosts.standalone.settings import Settings  # noqa: E402
from burnish.hosts.standalone.window import Window  # noqa: E402
from burnish.language import use_language  # noqa: E402
from burnish.panel.state import Phase  # noqa: E402
from burnish.qt import QtCore, QtWidgets  # noqa: E402
from burnish.wire.geometry import Rect  # noqa: E402
from x_server import missing, running_x_server  # noqa: E402 - after the paths it is found on

DATA = ROOT / "tests" / "data"
_COLOURS = 255


def main(folder: Path) -> int:
    """Make every picture; returns the exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    reason = missing()
    if reason:
        print(reason, file=sys.stderr)  # noqa: T201 - a script for people
        return 1
    with running_x_server(), tempfile.TemporaryDirectory() as scratch:
        os.environ["BURNISH_RUNTIME_DIR"] = str(Path(scratch) / "run")
        use_language("en")
        application = QtWidgets.QApplication(["burnish"])
        client = WorkerClient()
        try:
            Photographer(client, Path(scratch), folder).all()
        finally:
            client.stop(force=True)
        application.quit()
    return 0


class Photographer:
    """Drives one window and takes a picture at each stop."""

    def __init__(self, client: WorkerClient, scratch: Path, folder: Path) -> None:
        settings = Settings(scratch / "settings.ini")
        settings.theme = "light"
        settings.language = "en"
        self.folder = folder
        self.window = Window(client, settings)
        self.window.ask = lambda: Answer.LOSE
        self.window.resize(1180, 760)
        self.window.show()
        self.until(lambda: self.window.state.catalogue is not None)

    def all(self) -> None:
        self.take("window-empty")
        self.running()
        self.before_after()
        self.error()
        self.region()
        self.chinese()
        self.window.close()

    def running(self) -> None:
        """In the middle of a run, of many small tiles so that it lasts long enough."""
        self.open("coffee.jpg")
        self.window.state.choose_model("realesr-animevideov3-x4")
        order = self.window.state.order()
        self.window.controller.submit(replace(order, request=replace(order.request, tile="64")))
        self.until(lambda: self.tiles_done() >= 24)
        self.take("window-running")
        self.until(lambda: self.window.state.phase is Phase.DONE)

    def before_after(self) -> None:
        """The result beside what it was, close up; light, then dark."""
        window = self.window
        self.open("chelsea.png")
        window.state.choose_model("realesr-animevideov3-x4")
        window.controller.start()
        self.until(lambda: window.state.phase is Phase.DONE)
        window.canvas.view.zoom_to(4.0, 330, 210)
        window.canvas._view_moved()
        window.canvas.set_split(True)
        self.take("window-before-after")
        window.choose_theme("dark")
        self.take("window-dark")
        window.choose_theme("light")

    def error(self) -> None:
        """A model that is not there."""
        window = self.window
        self.open("coffee.jpg")
        window.state.choose_model("/home/artist/models/4x-portrait.pth")
        window.controller.start()
        self.until(lambda: window.state.failure is not None)
        self.take("window-error")
        window.state.dismiss_failure()
        window.state.use_default_model()

    def region(self) -> None:
        self.window.canvas.set_region(Rect(150, 40, 260, 190))
        self.take("window-region")
        self.window.canvas.clear_region()

    def chinese(self) -> None:
        self.window.choose_language("zh_CN")
        self.take("window-chinese")
        self.window.choose_language("en")

    # --- how -----------------------------------------------------------------------------------------------------

    def open(self, name: str) -> None:
        stage = self.window.stage
        before = stage.document
        self.window.open_path(DATA / name)
        self.until(lambda: stage.document is not before and stage.document is not None)

    def tiles_done(self) -> int:
        state = self.window.state
        assert state.failure is None, state.failure
        return state.progress.tiles_done if state.progress else 0

    def until(self, condition: Callable[[], bool], seconds: float = 600) -> None:
        """Let the event loop run until something is so."""
        loop = QtCore.QEventLoop()
        look = QtCore.QTimer()
        look.timeout.connect(lambda: loop.quit() if condition() else None)
        look.start(20)
        QtCore.QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()
        if not condition():
            raise TimeoutError("the window did not get there")

    def take(self, name: str) -> None:
        """Save the window as it is once the display has caught up, with few enough colours to be small."""
        clock = QtCore.QElapsedTimer()
        clock.start()
        self.until(lambda: clock.elapsed() > 700)
        image = self.window.grab().toImage()
        image.save(str(self.folder / f"{name}.png"), "PNG", 0)
        shrink(self.folder / f"{name}.png")


def shrink(path: Path) -> None:
    """Rewrite a PNG with a palette, which these pictures bear."""
    from PIL import Image

    with Image.open(path) as image:
        small = image.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=4, dither=Image.Dither.FLOYDSTEINBERG
        )
    small.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"))
