"""The window's two looks, dark and light, and how they follow the system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from burnish.hosts.standalone.canvas_paint import CanvasColours
from burnish.qt import Qt, QtGui, QtWidgets

_ICONS = (Path(__file__).parent / "icons").as_posix()


@dataclass(frozen=True)
class Look:
    """One set of colours. Text on its ground has a contrast of at least 4.5 : 1."""

    name: str
    ground: str
    raised: str
    control: str
    hover: str
    border: str
    text: str
    quiet: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    tint: str
    error: str
    error_ground: str
    canvas: CanvasColours


DARK = Look(
    name="dark",
    ground="#202225",
    raised="#282b2f",
    control="#33373c",
    hover="#3c4147",
    border="#42474e",
    text="#e9ebee",
    quiet="#a3a9b2",
    disabled="#6c727b",
    accent="#4d8ff7",
    accent_hover="#679ff9",
    on_accent="#0b1424",
    tint="#2b3d5c",
    error="#ff8a80",
    error_ground="#3a2a2b",
    canvas=CanvasColours(backdrop="#151618", accent="#5b9dff"),
)
LIGHT = Look(
    name="light",
    ground="#eff1f3",
    raised="#fafbfc",
    control="#ffffff",
    hover="#f0f3f7",
    border="#cfd4da",
    text="#1c2025",
    quiet="#5f6670",
    disabled="#9ba1a9",
    accent="#2163d0",
    accent_hover="#1a55b8",
    on_accent="#ffffff",
    tint="#dbe7fb",
    error="#b3261e",
    error_ground="#fdeceb",
    canvas=CanvasColours(backdrop="#dcdfe3", accent="#2163d0"),
)


def system_look() -> Look:
    """What the desktop asks for; light where it does not say."""
    hints = QtGui.QGuiApplication.styleHints()
    assert hints is not None
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def look_for(theme: str) -> Look:
    """theme: "system", "light" or "dark"."""
    return {"light": LIGHT, "dark": DARK}.get(theme) or system_look()


def follow_system(changed: Callable[..., None]) -> None:
    """Call `changed`, a method of a QObject, when the desktop goes from light to dark or back, while that one lives."""
    hints = QtGui.QGuiApplication.styleHints()
    assert hints is not None
    hints.colorSchemeChanged.connect(changed)


def apply_look(application: QtWidgets.QApplication, look: Look) -> None:
    """Give the whole program this look, at once."""
    if application.style() is None or application.property("burnish-style") is None:
        application.setStyle("Fusion")
        application.setProperty("burnish-style", True)
    application.setPalette(palette_of(look))
    application.setStyleSheet(style_sheet(look))


def palette_of(look: Look) -> QtGui.QPalette:
    palette = QtGui.QPalette()
    role = QtGui.QPalette.ColorRole
    colours = {
        role.Window: look.raised,
        role.WindowText: look.text,
        role.Base: look.control,
        role.AlternateBase: look.raised,
        role.Text: look.text,
        role.Button: look.control,
        role.ButtonText: look.text,
        role.BrightText: look.error,
        role.ToolTipBase: look.control,
        role.ToolTipText: look.text,
        role.PlaceholderText: look.quiet,
        role.Highlight: look.accent,
        role.HighlightedText: look.on_accent,
        role.Link: look.accent,
        role.Mid: look.border,
        role.Dark: look.border,
    }
    for which, colour in colours.items():
        palette.setColor(which, QtGui.QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QtGui.QPalette.ColorGroup.Disabled, which, QtGui.QColor(look.disabled))
    return palette


def style_sheet(look: Look) -> str:
    """Rules for the roles that widgets carry, and for the controls that Fusion draws too heavily."""
    names = {key: value for key, value in vars(look).items() if isinstance(value, str)}
    sheet = _SHEET.replace("@chevron", f"{_ICONS}/chevron-{look.name}.svg")
    for name in sorted(names, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", names[name])
    return sheet


_SHEET = """
QMainWindow, QWidget[role="header"] { background: @ground; }
QWidget[role="panel"], QScrollArea { background: @raised; }
QWidget[role="header"] { border-bottom: 1px solid @border; }
QSplitter::handle { background: @border; }
QMenuBar { background: @ground; padding: 2px 6px; }
QMenuBar::item { padding: 5px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @control; border: 1px solid @border; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 14px; border-radius: 4px; }
QMenu::item:selected { background: @tint; color: @text; }
QMenu::item:disabled { color: @disabled; }
QMenu::separator { height: 1px; background: @border; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }
QToolTip { background: @control; color: @text; border: 1px solid @border; padding: 4px 6px; }

QLabel[role="caption"] { color: @quiet; font-weight: 600; }
QLabel[role="quiet"] { color: @quiet; placeholder-text-color: @quiet; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="headline"] { font-size: 19px; font-weight: 600; }

QPushButton, QToolButton[role="split"] {
    background: @control; border: 1px solid @border; border-radius: 6px; padding: 6px 12px; min-height: 18px;
}
QPushButton:hover, QToolButton[role="split"]:hover { background: @hover; }
QPushButton:focus, QToolButton:focus, QComboBox:focus { border: 1px solid @accent; }
QPushButton:disabled, QToolButton[role="split"]:disabled {
    color: @disabled; background: @raised;
}
QPushButton[role="primary"] {
    background: @accent; border: 1px solid @accent; color: @on_accent; font-weight: 600; padding: 8px 14px;
}
QPushButton[role="primary"]:hover { background: @accent_hover; border-color: @accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid @text; padding: 7px 13px; }
QPushButton[role="primary"]:disabled { background: @control; border-color: @border; color: @disabled; }
QPushButton[role="task"] { padding: 6px 4px; }
QPushButton[role="task"]:checked { background: @tint; border-color: @accent; font-weight: 600; }
QPushButton[role="link"] {
    background: transparent; border: 1px solid transparent; color: @accent; padding: 2px 4px; min-height: 16px;
}
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border: 1px solid @accent; border-radius: 4px; }
QPushButton[role="link"]:disabled { color: @disabled; }
QToolButton[role="split"] { padding-right: 34px; }
QToolButton[role="split"]::menu-button {
    border: none; border-left: 1px solid @border; width: 26px; subcontrol-origin: border;
    subcontrol-position: right center;
}
QToolButton[role="split"]::menu-arrow { image: url(@chevron); width: 12px; height: 12px; }
QToolButton[role="tool"] {
    background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 5px 8px; color: @text;
}
QToolButton[role="tool"]:hover { background: @hover; }
QToolButton[role="tool"]:checked { background: @tint; border-color: @accent; }
QToolButton[role="tool"]:focus { border: 1px solid @accent; }
QToolButton[role="tool"]:disabled { color: @disabled; }

QComboBox {
    background: @control; border: 1px solid @border; border-radius: 6px; padding: 5px 26px 5px 10px; min-height: 20px;
}
QComboBox:hover { background: @hover; }
QComboBox:disabled { color: @disabled; background: @raised; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url(@chevron); width: 12px; height: 12px; }
QComboBox QAbstractItemView {
    background: @control; border: 1px solid @border; padding: 4px; selection-background-color: @tint;
    selection-color: @text; outline: none;
}
QComboBox QAbstractItemView::item:selected { background: @tint; color: @text; border-radius: 4px; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 6px; }

QRadioButton { spacing: 7px; }
QRadioButton::indicator {
    width: 14px; height: 14px; border-radius: 8px; border: 1px solid @quiet; background: @control;
}
QRadioButton::indicator:hover, QRadioButton:focus { border-color: @accent; }
QRadioButton::indicator:checked {
    border: 1px solid @accent;
    background: qradialgradient(cx:0.5, cy:0.5, radius:0.5, fx:0.5, fy:0.5,
        stop:0 @accent, stop:0.52 @accent, stop:0.62 @control, stop:1 @control);
}
QRadioButton::indicator:focus { border: 2px solid @accent; width: 12px; height: 12px; }
QRadioButton::indicator:disabled { border-color: @border; background: @raised; }
QRadioButton::indicator:checked:disabled {
    background: qradialgradient(cx:0.5, cy:0.5, radius:0.5, fx:0.5, fy:0.5,
        stop:0 @disabled, stop:0.52 @disabled, stop:0.62 @raised, stop:1 @raised);
}
QRadioButton:disabled { color: @disabled; }

QProgressBar { background: @control; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QSlider { min-height: 24px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; }
QSlider::handle:horizontal {
    width: 16px; height: 16px; margin: -7px 0; border-radius: 9px; background: @control; border: 2px solid @accent;
}
QSlider::handle:horizontal:focus { background: @accent; }

QFrame[role="error"] { background: @error_ground; border: 1px solid @error; border-radius: 8px; }
QFrame[role="error"][place="window"] { margin: 14px 14px 0 14px; }
QFrame[role="error"] QLabel[role="title"] { color: @text; }
QFrame[role="busy"] { background: @raised; border-bottom: 1px solid @border; }
QFrame[role="drop"] { border: 2px dashed @border; border-radius: 14px; background: transparent; }
QFrame[role="drop"][over="true"] { border-color: @accent; background: @tint; }
QWidget[role="empty"] { background: @ground; }
QPlainTextEdit { background: @control; border: 1px solid @border; border-radius: 6px; }
QTableWidget { background: @control; border: none; gridline-color: transparent; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar::handle:vertical { background: @border; border-radius: 3px; min-height: 28px; }
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }
"""
