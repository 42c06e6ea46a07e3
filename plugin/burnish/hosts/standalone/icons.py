"""The window's icons: line drawings in the colour of the text beside them."""

from __future__ import annotations

from burnish.qt import QtCore, QtGui

_SIDE = 24
_DRAWINGS = {
    "open": "M3.5 18.5v-12a1 1 0 0 1 1-1h4.6l2 2.5h7.4a1 1 0 0 1 1 1v1.5M3.5 18.5l2.6-7.3a1 1 0 0 1 .95-.7h13.4a.7.7 0"
    " 0 1 .66.93l-2.3 6.4a1 1 0 0 1-.94.67z",
    "save": "M12 4v10.5M7.8 10.6 12 14.8l4.2-4.2M4.5 15.5v3a1.5 1.5 0 0 0 1.5 1.5h12a1.5 1.5 0 0 0 1.5-1.5v-3",
    "copy": "M9 8.5h9.5a1 1 0 0 1 1 1V19a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V9.500a1 1 0 0 1 1-1zM5.500 15.500h-.5a1 1 0 0"
    " 1-1-1V5a1 1 0 0 1 1-1h9.500a1 1 0 0 1 1 1v.5",
    "split": "M12 3.500v17M4.500 5.500h15a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-11a1 1 0 0 1"
    " 1-1zM8.700 9.800 6.500 12l2.200 2.200M15.300 9.800 17.500 12l-2.200 2.200",
    "smaller": "M5.500 12h13",
    "larger": "M12 5.500v13M5.500 12h13",
    "fit": "M4 9V5.500A1.500 1.500 0 0 1 5.500 4H9M15 4h3.500A1.500 1.500 0 0 1 20 5.500V9M20 15v3.500a1.500 1.500 0 0"
    " 1-1.500 1.500H15M9 20H5.500A1.500 1.500 0 0 1 4 18.500V15",
    "pixels": "M5.500 8.500 8 6.500v11M15.500 8.500l2.500-2v11M12 9.900v.2M12 14.400v.2",
    "picture": "M4.500 5h15a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM4 16.500l4.600-4.600"
    " 3.600 3.600 3-3L20 17M15.800 9.200h.01",
}


def icon(name: str, colour: str, disabled: str) -> QtGui.QIcon:
    """The icon called `name`; `disabled` is its colour where it cannot be used."""
    result = QtGui.QIcon()
    for mode, stroke in ((QtGui.QIcon.Mode.Normal, colour), (QtGui.QIcon.Mode.Disabled, disabled)):
        for pixels in (_SIDE, 2 * _SIDE, 4 * _SIDE):
            result.addPixmap(QtGui.QPixmap.fromImage(_drawn(name, stroke, pixels, 1.7)), mode)
    return result


def drawing(name: str, colour: str, side: int, ratio: float) -> QtGui.QPixmap:
    """The icon called `name` as a large picture, `side` desktop pixels wide."""
    pixmap = QtGui.QPixmap.fromImage(_drawn(name, colour, round(side * ratio), 1.1))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _drawn(name: str, colour: str, pixels: int, width: float) -> QtGui.QImage:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{pixels}" height="{pixels}" viewBox="0 0 24 24">'
        f'<path d="{_DRAWINGS[name]}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"'
        ' stroke-linejoin="round"/></svg>'
    )
    return QtGui.QImage.fromData(QtCore.QByteArray(svg.encode()), "svg")
