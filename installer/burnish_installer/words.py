"""The installer's sentences in the user's language: the same catalogue as the plugin's, read without importing it."""

from __future__ import annotations

import gettext
import os
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_LOCALES = (_HERE.parents[1] / "plugin" / "burnish" / "locale", _HERE.parent / "burnish" / "locale")


def language_of(environ: Mapping[str, str] = os.environ) -> str:
    """ "zh_CN" where that is the user's language by the rules of burnish.language, else "en"."""
    own = environ.get("BURNISH_LANGUAGE")
    wished = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    listed = [] if wished in ("C", "POSIX") else environ.get("LANGUAGE", "").split(":")
    for wish in [own] if own else (*listed, wished):
        plain = wish.split(".")[0].split("@")[0].replace("-", "_").lower()
        if plain.split("_")[0] in ("en", "c", "posix"):
            return "en"
        if plain == "zh" or plain.startswith(("zh_cn", "zh_sg", "zh_my", "zh_hans")):
            return "zh_CN"
    return "en"


@cache
def _translations() -> gettext.NullTranslations:
    for folder in _LOCALES:
        if folder.is_dir():
            return gettext.translation("burnish", folder, languages=[language_of()], fallback=True)
    return gettext.NullTranslations()


def _(sentence: str) -> str:
    """`sentence` in the user's language."""
    return _translations().gettext(sentence)


def padded(text: str, width: int) -> str:
    """`text` filled up with spaces to `width` columns of a terminal, where a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * max(0, width - taken)


def megabytes(size: int) -> str:
    """A download's size as people say it: "183 MB", "2.7 GB"."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def duration(seconds: float) -> str:
    """A span of time as people say it: "4 s", "2 min 05 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return _("{minutes} min {seconds:02d} s").format(minutes=minutes, seconds=rest) if minutes else f"{rest} s"
