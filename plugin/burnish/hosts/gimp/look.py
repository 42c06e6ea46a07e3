"""The panel's colours beside GIMP: near GIMP's own, whose default is dark whatever the system's is."""

from __future__ import annotations

from burnish.qt import QtGui, QtWidgets

SYSTEM = "system"
_DARK = {
    "Window": "#454545",
    "WindowText": "#e8e8e8",
    "Base": "#323232",
    "AlternateBase": "#3c3c3c",
    "Text": "#e8e8e8",
    "PlaceholderText": "#a6a6a6",
    "Button": "#535353",
    "ButtonText": "#e8e8e8",
    "BrightText": "#ffffff",
    "ToolTipBase": "#2b2b2b",
    "ToolTipText": "#e8e8e8",
    "Link": "#8ab8e6",
    "Highlight": "#4a84b8",
    "HighlightedText": "#ffffff",
}
_LIGHT = {
    "Window": "#ececec",
    "WindowText": "#1e1e1e",
    "Base": "#ffffff",
    "AlternateBase": "#f4f4f4",
    "Text": "#1e1e1e",
    "PlaceholderText": "#6a6a6a",
    "Button": "#f2f2f2",
    "ButtonText": "#1e1e1e",
    "BrightText": "#ffffff",
    "ToolTipBase": "#fbfbfb",
    "ToolTipText": "#1e1e1e",
    "Link": "#1b5fa8",
    "Highlight": "#2f72b0",
    "HighlightedText": "#ffffff",
}
_SCHEMES = {"dark": _DARK, "gray": _DARK, "light": _LIGHT}
_DISABLED = ("WindowText", "Text", "ButtonText")


def use_look(application: QtWidgets.QApplication, scheme: str) -> None:
    """Colour every window as GIMP does. scheme: GIMP's "theme-color-scheme"; the desktop's colours for any other."""
    colours = _SCHEMES.get(scheme)
    if colours is None:
        return
    application.setStyle("Fusion")
    palette = QtGui.QPalette()
    groups, roles = QtGui.QPalette.ColorGroup, QtGui.QPalette.ColorRole
    for name, colour in colours.items():
        palette.setColor(roles[name], QtGui.QColor(colour))
    for name in _DISABLED:
        palette.setColor(groups.Disabled, roles[name], _between(colours["WindowText"], colours["Window"]))
    application.setPalette(palette)


def _between(one: str, other: str) -> QtGui.QColor:
    a, b = QtGui.QColor(one), QtGui.QColor(other)
    return QtGui.QColor((a.red() + b.red()) // 2, (a.green() + b.green()) // 2, (a.blue() + b.blue()) // 2)
