"""Every command of the window, once: menus, shortcuts and their overview are all made from this table."""

from __future__ import annotations

from dataclasses import dataclass

from burnish.wire.request import N_


@dataclass(frozen=True)
class Command:
    """Something the window can do. menu and text are English, translated where they are shown.

    keys: as QKeySequence reads them; the first is shown in the menu. An empty text separates two groups.
    checkable: it is a state that can be on or off.
    """

    name: str
    menu: str
    text: str = ""
    keys: tuple[str, ...] = ()
    checkable: bool = False


FILE, EDIT, ENHANCE, VIEW, HELP = N_("&File"), N_("&Edit"), N_("E&nhance"), N_("&View"), N_("&Help")
MENUS = (FILE, EDIT, ENHANCE, VIEW, HELP)

COMMANDS = (
    Command("open", FILE, N_("&Open…"), ("Ctrl+O",)),
    Command("recent", FILE, N_("Open &recent")),
    Command("", FILE),
    Command("save", FILE, N_("&Save as…"), ("Ctrl+S", "Ctrl+Shift+S")),
    Command("close", FILE, N_("&Close the picture"), ("Ctrl+W",)),
    Command("", FILE),
    Command("quit", FILE, N_("&Quit"), ("Ctrl+Q",)),
    Command("undo", EDIT, N_("&Undo the enhancement"), ("Ctrl+Z",)),
    Command("redo", EDIT, N_("&Redo the enhancement"), ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("", EDIT),
    Command("copy", EDIT, N_("&Copy the picture"), ("Ctrl+C",)),
    Command("paste", EDIT, N_("&Paste a picture"), ("Ctrl+V",)),
    Command("", EDIT),
    Command("clear-region", EDIT, N_("C&lear the region"), ("Ctrl+Shift+A",)),
    Command("enhance", ENHANCE, N_("&Enhance"), ("Ctrl+E", "Ctrl+Return")),
    Command("repeat", ENHANCE, N_("Repeat the &last"), ("Ctrl+Shift+E",)),
    Command("stop", ENHANCE, N_("&Stop, keep the finished tiles"), ("Ctrl+.",)),
    Command("discard", ENHANCE, N_("Stop and &discard"), ("Ctrl+Shift+.",)),
    Command("", ENHANCE),
    Command("go-on", ENHANCE, N_("&Go on from the result"), ("Ctrl+Shift+Return",)),
    Command("fit", VIEW, N_("&Fit to the window"), ("Ctrl+0", "F")),
    Command("pixels", VIEW, N_("&Actual pixels"), ("Ctrl+1",)),
    Command("larger", VIEW, N_("Zoom &in"), ("Ctrl++", "Ctrl+=")),
    Command("smaller", VIEW, N_("Zoom &out"), ("Ctrl+-",)),
    Command("", VIEW),
    Command("split", VIEW, N_("&Before and after"), ("Ctrl+B",), checkable=True),
    Command("", VIEW),
    Command("theme", VIEW, N_("&Theme")),
    Command("language", VIEW, N_("&Language")),
    Command("shortcuts", HELP, N_("&Keyboard shortcuts"), ("F1",)),
    Command("about", HELP, N_("&About Burnish")),
)

ON_THE_CANVAS = (
    (N_("Wheel"), N_("Zoom where the mouse is")),
    (N_("Space + drag, middle button"), N_("Move the picture")),
    (N_("Drag"), N_("Draw a region; drag its handles to change it")),
    (N_("Esc"), N_("Clear the region")),
    (N_("Double click"), N_("Fit, or actual pixels")),
    (N_("B, held"), N_("Show the picture before")),
    (N_("← →"), N_("Move the before/after line, or the picture")),
)
