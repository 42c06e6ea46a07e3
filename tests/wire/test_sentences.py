"""Every failure and note has a sentence that its own values fill."""

from __future__ import annotations

import re
import string

import pytest

from burnish.wire.sentences import FAILURES, NOTES, BurnishError, Failure


def fields_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", FAILURES)
def test_a_failure_is_one_sentence_and_says_what_to_do(code: str) -> None:
    sentence = FAILURES[code]
    assert re.fullmatch(r"[A-Z{].*[.]", sentence.message), sentence.message
    assert sentence.hint, f"{code} does not say what to do"
    values = dict.fromkeys(fields_of(sentence.message) | fields_of(sentence.hint), "x")
    failure = Failure(code, dict(values))
    assert "{" not in failure.message + failure.hint


@pytest.mark.parametrize("code", NOTES)
def test_codes_are_stable_words(code: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)


def test_an_error_carries_its_failure() -> None:
    error = BurnishError("unknown-model", name="nonsense", known="a, b")
    assert error.failure.message == "There is no model named nonsense."
    assert error.failure.hint == "Choose one of: a, b."
