"""Every sentence is in the catalogue and translated; every catalogue is compiled; nothing is lost on the way."""

from __future__ import annotations

import gettext
import io

import pytest

from burnish.language import LANGUAGES
from language.catalogues import (
    KEYWORDS,
    TEMPLATE,
    as_mo,
    as_po,
    compiled_of,
    extracted,
    languages,
    placeholders,
    problems_of,
    read_translation,
)

COMMAND = "run “python tests/language/catalogues.py” (docs/translating.md)"


def test_every_language_on_offer_has_a_catalogue():
    assert {"en", *languages()} == set(LANGUAGES)


def test_the_template_is_what_the_code_says():
    template = {message.id for message in extracted()}
    with TEMPLATE.open("rb") as file:
        from babel.messages.pofile import read_po

        assert {message.id for message in read_po(file)} == template, COMMAND


@pytest.mark.parametrize("language", list(languages()))
def test_every_sentence_is_translated(language):
    wanted = {message.id for message in extracted() if message.id}
    catalog = read_translation(language)
    found = {message.id for message in catalog if message.id}
    assert not wanted - found, COMMAND
    assert not found - wanted, COMMAND
    problems = {str(message.id): problems for message in catalog if message.id and (problems := problems_of(message))}
    assert not problems


@pytest.mark.parametrize("language", list(languages()))
def test_the_compiled_catalogue_is_the_readable_one(language):
    def sentences(data: bytes):
        translations = gettext.GNUTranslations(io.BytesIO(data))
        return {key: text for key, text in translations._catalog.items() if key}, translations.info()["plural-forms"]

    assert sentences(compiled_of(language).read_bytes()) == sentences(as_mo(read_translation(language))), COMMAND


def test_writing_again_changes_nothing():
    assert as_po(extracted()) == as_po(extracted())
    for language in languages():
        assert as_mo(read_translation(language)) == as_mo(read_translation(language))


@pytest.mark.parametrize(
    ("sentence", "translation", "problem"),
    [
        ("{tiles} tiles", "{tiles} 块", ""),
        ("{tiles} tiles", "{tile} 块", "placeholders"),
        ("{tiles} tiles", "块", "placeholders"),
        ("{tiles} tiles", "{tiles 块", "expected '}'"),
        ("{size:.1f} MB", "{size:.1f} MB", ""),
        ("Done", "", "not translated"),
        ("Done.", "完成", "full stop"),
        ("Done.", "完成。", ""),
        ("Done", "完成 ", "space"),
    ],
)
def test_what_counts_as_a_problem(sentence, translation, problem):
    from babel.messages.catalog import Message

    found = problems_of(Message(sentence, translation))
    assert bool(found) == bool(problem)
    assert all(problem in each for each in found)


def test_fuzzy_is_a_problem_and_plurals_are_looked_at():
    from babel.messages.catalog import Message

    assert problems_of(Message("Done", "完成", flags=["fuzzy"]))
    assert not problems_of(Message(("{n} tile", "{n} tiles"), ("{n} 个图块",)))
    assert problems_of(Message(("{n} tile", "{n} tiles"), ("一个图块",)))


def test_extraction_sees_all_ways_to_mark(tmp_path, monkeypatch):
    room = tmp_path / "room"
    room.mkdir()
    (room / "a.py").write_text('_("one")\nN_("two" " halves")\nplural("{n} three", "{n} threes", n)\nprint("four")\n')
    monkeypatch.setattr("language.catalogues.ROOT", tmp_path)
    monkeypatch.setattr("language.catalogues.SOURCES", (room,))
    found = [message.id for message in extracted() if message.id]
    assert found == ["one", "two halves", ("{n} three", "{n} threes")]
    assert set(KEYWORDS) == {"_", "N_", "plural"}
    assert placeholders("{a} of {b:.1f}") == {"a", "b"}
