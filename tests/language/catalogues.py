"""The catalogues of sentences. Run as a program, this brings them up to date with the code: see docs/translating.md."""

from __future__ import annotations

import io
import re
import string
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
SOURCES = tuple(ROOT / room for room in ("plugin/burnish", "models/burnish_models", "installer/burnish_installer"))
LOCALES = ROOT / "plugin" / "burnish" / "locale"
TEMPLATE = LOCALES / "burnish.pot"
KEYWORDS = {"_": None, "N_": None, "plural": (1, 2)}
# One date for ever: a catalogue changes when a sentence does, and for no other reason.
_DATE = datetime(2026, 11, 22, tzinfo=timezone.utc)
_COMMENT = "# {title} for Burnish.\n# Distributed under the licence of Burnish, GPL-3.0-or-later."


def extracted() -> Catalog:
    """Every sentence that the code marks with _, N_ or plural."""
    catalog = Catalog(
        domain="burnish",
        header_comment=_COMMENT.format(title="Sentences"),
        project="Burnish",
        version="1",
        copyright_holder="The Burnish authors",
        msgid_bugs_address="The Burnish authors",
        creation_date=_DATE,
        fuzzy=False,
    )
    for source in SOURCES:
        for file in sorted(source.rglob("*.py")):
            where = str(file.relative_to(ROOT).as_posix())
            for line, sentence, comments, _ in extract_from_file("python", str(file), KEYWORDS, ("Translators:",)):
                catalog.add(sentence, locations=[(where, line)], auto_comments=comments)
    return catalog


def languages() -> Iterator[str]:
    """The languages that have a catalogue."""
    for folder in sorted(LOCALES.glob("*/LC_MESSAGES")):
        yield folder.parent.name


def source_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "burnish.po"


def compiled_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "burnish.mo"


def read_translation(language: str) -> Catalog:
    """A language's catalogue as it stands in its .po file."""
    with source_of(language).open("rb") as file:
        return read_po(file, locale=language, domain="burnish")


def as_po(catalog: Catalog) -> bytes:
    """A catalogue as the text of a .po file, in an order and a form that depend on the sentences alone."""
    file = io.BytesIO()
    write_po(file, catalog, width=100, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """A catalogue as gettext reads it; sentences that are doubtful stay English."""
    file = io.BytesIO()
    write_mo(file, catalog, use_fuzzy=False)
    return file.getvalue()


def placeholders(text: str) -> set[str]:
    """The names in braces that a sentence will be filled with."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def problems_of(message: Message) -> list[str]:
    """What is wrong with one translated sentence, in words."""
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    translations = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    found = []
    if message.fuzzy:
        found.append("marked as fuzzy")
    if not all(translations):
        found.append("not translated")
    wanted = set().union(*map(placeholders, originals))
    for translation in filter(None, translations):
        try:
            if placeholders(translation) != wanted:
                found.append(f"has other {{placeholders}}: {translation!r}")
        except ValueError as error:
            found.append(f"{error}: {translation!r}")
        if originals[0].endswith(".") and translation[-1] not in ".。”":
            found.append(f"ends without the full stop of the original: {translation!r}")
        if re.match(r"\s", translation) or translation != translation.rstrip(" "):
            found.append(f"begins or ends with a space: {translation!r}")
    return found


def update() -> int:
    """Extract, merge and compile; returns how many sentences wait for a translator."""
    template = extracted()
    LOCALES.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(as_po(template))
    waiting = 0
    for language in languages():
        catalog = read_translation(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.header_comment = _COMMENT.format(title=f"Translation into {language}")
        source_of(language).write_bytes(as_po(catalog))
        compiled_of(language).write_bytes(as_mo(catalog))
        open_ones = [message for message in catalog if message.id and problems_of(message)]
        waiting += len(open_ones)
        for message in open_ones:
            sys.stdout.write(f"{language}: {message.id!r}: {'; '.join(problems_of(message))}\n")
        sys.stdout.write(f"{language}: {len(catalog)} sentences, {len(open_ones)} to be looked at\n")
    return waiting


if __name__ == "__main__":
    sys.exit(1 if update() else 0)
