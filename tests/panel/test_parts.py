"""The small pieces: words that stay readable on every theme."""

import pytest

from burnish.panel.parts import column, quiet
from burnish.qt import QtGui, QtWidgets


@pytest.fixture
def no_style_sheet(qapp):
    """As in a host: our own window's style sheet, which an earlier test may have set, is not there."""
    before = qapp.styleSheet()
    qapp.setStyleSheet("")
    yield
    qapp.setStyleSheet(before)


@pytest.mark.parametrize("ground", ["#1e1e1e", "#353535", "#808890", "#f0f0f0", "#ffffff"])
def test_quiet_words_can_be_read_on_every_theme(qtbot, no_style_sheet, ground):
    """Also where the host leaves the palette's colour for such words black."""
    colour = QtGui.QColor(ground)
    text = QtGui.QColor("#f0f0f0" if colour.lightness() < 120 else "#000000")
    role = QtGui.QPalette.ColorRole
    palette = QtGui.QPalette()
    for which, value in ((role.Window, colour), (role.WindowText, text), (role.PlaceholderText, QtGui.QColor("black"))):
        palette.setColor(which, value)
    parent = QtWidgets.QWidget()
    qtbot.addWidget(parent)
    label = quiet()
    parent.setLayout(column(label))
    parent.setPalette(palette)
    parent.show()
    quiet_colour = label.palette().color(role.PlaceholderText)
    assert quiet_colour != text
    assert contrast(quiet_colour, colour) >= (4.5 if contrast(text, colour) > 9 else 3)


def contrast(one: QtGui.QColor, other: QtGui.QColor) -> float:
    """The ratio of two colours' luminances, as WCAG defines it."""

    def luminance(colour: QtGui.QColor) -> float:
        linear = [
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in (colour.redF(), colour.greenF(), colour.blueF())
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
