"""The user's language: every sentence a person sees passes through here (gettext, so it works inside any host)."""

from __future__ import annotations

import gettext
import locale
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from burnish.wire.sentences import FAILURES, NOTES, Failure, Note

LOCALES = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
_SIMPLIFIED = ("cn", "sg", "my", "hans")
_TRADITIONAL = ("tw", "hk", "mo", "hant")

_translations: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def use_language(name: str = "") -> None:
    """Switch to a language in LANGUAGES, or to the system's where `name` is empty. English is the fallback."""
    global _translations, _language
    _language = (supported(name) or "en") if name else choose_language()
    _translations = gettext.translation("burnish", LOCALES, languages=[_language], fallback=True)


def use_translations(translations: gettext.NullTranslations) -> None:
    """Take over sentences from somewhere else: what a test does that looks for untranslated ones."""
    global _translations
    _translations = translations


def current_language() -> str:
    """The language in use, one of LANGUAGES."""
    return _language


def choose_language(environ: Mapping[str, str] = os.environ, system: Callable[[], Sequence[str]] | None = None) -> str:
    """The language that the user set for Burnish or for the system, one of LANGUAGES.

    BURNISH_LANGUAGE decides. Else LANGUAGE, a list by preference, which counts for nothing where the locale is the bare
    C or POSIX; else the locale itself, by LC_ALL, LC_MESSAGES and LANG. `system` answers where none of them is set.
    """
    own = environ.get("BURNISH_LANGUAGE")
    if own:
        return supported(own) or "en"
    wished = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    listed = [] if wished in ("C", "POSIX") else environ.get("LANGUAGE", "").split(":")
    wishes = [wish for wish in (*listed, wished) if wish] or (system or _system_languages)()
    return next((known for wish in wishes if (known := supported(wish))), "en")


def supported(tag: str) -> str | None:
    """Which of LANGUAGES serves a locale or language tag such as zh_CN.UTF-8, zh-Hans-SG, en_GB; None where none does.

    Traditional Chinese is another written language, so it is not served by the simplified one.
    """
    parts = tag.split(".")[0].split("@")[0].replace("-", "_").lower().split("_")
    if parts[0] in ("en", "c", "posix"):
        return "en"
    if parts[0] != "zh" or ("hans" not in parts and any(part in _TRADITIONAL for part in parts)):
        return None
    return "zh_CN" if len(parts) == 1 or any(part in _SIMPLIFIED for part in parts) else None


def _system_languages() -> Sequence[str]:
    """The languages of Windows or macOS, which say them elsewhere than in the environment."""
    if sys.platform == "win32":
        import ctypes

        return [locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")]
    if sys.platform == "darwin":
        import subprocess

        command = ["/usr/bin/defaults", "read", "-g", "AppleLanguages"]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout
        except (OSError, subprocess.SubprocessError):
            return []
        return [word for line in answer.splitlines() if (word := line.strip(' ",')) not in ("(", ")", "")]
    return []


def _(sentence: str) -> str:
    """`sentence` in the user's language."""
    return _translations.gettext(sentence) if sentence else ""


def plural(one: str, many: str, count: int) -> str:
    """The form of a sentence that suits `count`, in the user's language."""
    return _translations.ngettext(one, many, count)


def message_of(failure: Failure) -> str:
    """What happened, as one sentence."""
    return _(FAILURES[failure.code].message).format(**failure.values)


def hint_of(failure: Failure) -> str:
    """What to do about it, as one sentence; empty where there is nothing to do."""
    values = dict(failure.values)
    if "rule" in values:  # the worker's own sentence: it travels in English, like every other
        values["rule"] = _(str(values["rule"]))
    return _(FAILURES[failure.code].hint).format(**values)


def text_of(note: Note) -> str:
    """A remark, in the user's language."""
    return _(NOTES[note.code]).format(**note.values)


use_language()
