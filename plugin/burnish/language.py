"""The user's language: every sentence a person sees passes through here (gettext, so it works inside any host)."""

from __future__ import annotations

import gettext
import locale
import os
from pathlib import Path

from burnish.wire.sentences import FAILURES, NOTES, Failure, Note

LOCALES = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}

_translations: gettext.NullTranslations = gettext.NullTranslations()


def use_language(name: str = "") -> None:
    """Switch to a language in LANGUAGES, or to the system's where `name` is empty. English is the fallback."""
    global _translations
    wanted = [name] if name else _system_languages()
    _translations = gettext.translation("burnish", LOCALES, languages=wanted, fallback=True)


def _system_languages() -> list[str]:
    for variable in ("BURNISH_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return os.environ[variable].split(":")
    system = locale.getlocale()[0]
    return [system] if system else []


def _(sentence: str) -> str:
    """`sentence` in the user's language."""
    return _translations.gettext(sentence) if sentence else ""


def plural(one: str, many: str, count: int) -> str:
    """The form of a sentence that suits `count`, in the user's language."""
    return _translations.ngettext(one, many, count)


def message_of(failure: Failure) -> str:
    return _(FAILURES[failure.code].message).format(**failure.values)


def hint_of(failure: Failure) -> str:
    return _(FAILURES[failure.code].hint).format(**failure.values)


def text_of(note: Note) -> str:
    return _(NOTES[note.code]).format(**note.values)


use_language()
