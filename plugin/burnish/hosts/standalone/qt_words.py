"""Qt's own words, in file dialogs for example, in the language of the window."""

from __future__ import annotations

from burnish.qt import QtCore, QtWidgets

_NAME = "burnish-qt-words"


def use_qt_language(language: str) -> None:
    """language: a name in burnish.language.LANGUAGES."""
    application = QtWidgets.QApplication.instance()
    assert application is not None
    earlier = application.findChild(QtCore.QTranslator, _NAME)
    if earlier is not None:
        application.removeTranslator(earlier)
        earlier.setObjectName("")
        earlier.deleteLater()
    translator = QtCore.QTranslator(application)
    translator.setObjectName(_NAME)
    folder = QtCore.QLibraryInfo.path(QtCore.QLibraryInfo.LibraryPath.TranslationsPath)
    translator.load(QtCore.QLocale(language), "qtbase", "_", folder)
    application.installTranslator(translator)
