"""Finds words that a person sees and that never went through gettext, by a language that brackets every sentence."""

from __future__ import annotations

import gettext
import re

from burnish.qt import QtWidgets


class Bracketed(gettext.NullTranslations):
    """Puts every sentence that goes through gettext into brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def bare_texts(root: QtWidgets.QWidget) -> list[str]:
    """Every text with letters outside brackets, in widgets, menus and tooltips. Names of files and layers aside."""
    texts = []
    for widget in [root, *root.findChildren(QtWidgets.QWidget)]:
        texts += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()]
        for method in ("text", "title", "placeholderText", "toPlainText"):
            if callable(getattr(widget, method, None)):
                texts.append(getattr(widget, method)())
        if isinstance(widget, QtWidgets.QComboBox):
            texts += [widget.itemText(index) for index in range(widget.count())]
        texts += [text for action in widget.actions() for text in (action.text(), action.toolTip())]
    return [text for text in texts if _is_bare(text)]


def _is_bare(text: str) -> bool:
    while "⟦" in text:
        shorter = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
        if shorter == text:
            break
        text = shorter
    for name in ("Portrait", "Background", "×", "Burnish", "px"):
        text = text.replace(name, "")
    return bool(re.search(r"[A-Za-z]{2,}", text))
