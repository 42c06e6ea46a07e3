"""Which language a user gets, on every kind of system, and that both rooms agree about it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from burnish.language import _, choose_language, current_language, hint_of, message_of, plural, supported, use_language
from burnish.wire.request import SCALE_RULE
from burnish.wire.sentences import FAILURES, Failure
from burnish_installer.words import language_of

INSTALLER = Path(__file__).resolve().parents[2] / "installer"


@pytest.fixture(autouse=True)
def english_again():
    yield
    use_language("")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh_CN", "zh_CN"), ("zh_CN.UTF-8", "zh_CN"), ("zh-CN", "zh_CN"), ("zh", "zh_CN"), ("zh_SG.utf8", "zh_CN"),
        ("zh-Hans", "zh_CN"), ("zh-Hans-HK", "zh_CN"), ("zh_Hans_CN", "zh_CN"), ("zh_CN@pinyin", "zh_CN"),
        ("zh_TW", None), ("zh-Hant", None), ("zh-Hant-CN", None), ("zh_HK.UTF-8", None),
        ("en", "en"), ("en_GB.UTF-8", "en"), ("C", "en"), ("POSIX", "en"), ("C.UTF-8", "en"),
        ("de_DE.UTF-8", None), ("", None), ("zhuang", None),
    ],
)  # fmt: skip
def test_which_language_serves_a_tag(tag, language):
    assert supported(tag) == language


CHOICES = [
    ({}, "en"),
    ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
    ({"LANG": "C"}, "en"),
    ({"LANG": "POSIX"}, "en"),
    ({"LANG": "C", "LANGUAGE": "zh_CN"}, "en"),
    ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, "zh_CN"),
    ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh_CN"),
    ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh_CN"}, "en"),
    ({"LANG": "zh_CN.UTF-8", "LANGUAGE": ""}, "zh_CN"),
    ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "de:fr"}, "zh_CN"),
    ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh_CN"),
    ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
    ({"LC_ALL": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "zh_CN"),
    ({"LANG": "de_DE.UTF-8"}, "en"),
    ({"LANG": "zh_TW.UTF-8"}, "en"),
    ({"BURNISH_LANGUAGE": "zh_CN", "LANG": "C"}, "zh_CN"),
    ({"BURNISH_LANGUAGE": "en", "LANG": "zh_CN.UTF-8"}, "en"),
    ({"BURNISH_LANGUAGE": "tlh", "LANG": "zh_CN.UTF-8"}, "en"),
]


@pytest.mark.parametrize(("environ", "language"), CHOICES)
def test_the_environment_decides(environ, language):
    assert choose_language(environ, lambda: []) == language


@pytest.mark.parametrize(("environ", "language"), CHOICES)
def test_the_installer_agrees_although_it_imports_nothing_of_the_plugin(environ, language):
    assert language_of(environ) == language


def test_a_system_without_such_variables_is_asked():
    assert choose_language({}, lambda: ["fr-FR", "zh-Hans-CN"]) == "zh_CN"
    assert choose_language({"LANG": "en_US"}, lambda: ["zh-Hans-CN"]) == "en"


def test_switching_to_chinese_and_back():
    use_language("zh_CN")
    assert current_language() == "zh_CN"
    assert message_of(Failure("worker-stopped")) != FAILURES["worker-stopped"].message
    failure = Failure("unknown-model", {"name": "wonder", "known": "a, b"})
    assert "wonder" in message_of(failure)
    assert "a, b" in hint_of(failure)
    assert not message_of(failure).isascii()
    use_language("en")
    assert current_language() == "en"
    assert message_of(Failure("worker-stopped")) == FAILURES["worker-stopped"].message


def test_an_unknown_language_is_english():
    use_language("tlh")
    assert current_language() == "en"
    assert message_of(Failure("worker-stopped")) == FAILURES["worker-stopped"].message


def test_the_empty_sentence_stays_empty():
    use_language("zh_CN")
    assert _("") == "", "gettext itself answers with the catalogue's header"


def test_plurals():
    use_language("en")
    assert [plural("{n} tile", "{n} tiles", count) for count in (0, 1, 2)] == ["{n} tiles", "{n} tile", "{n} tiles"]


@pytest.mark.parametrize(("language", "expected"), [("zh_CN", False), ("en", True)])
def test_the_installer_speaks_it_too(language, expected, tmp_path):
    environ = os.environ | {"BURNISH_LANGUAGE": language, "BURNISH_ENVIRONMENT": str(tmp_path / "none")}
    environ["PYTHONUTF8"] = "1"
    done = subprocess.run([sys.executable, INSTALLER], env=environ, capture_output=True, encoding="utf-8", check=True)
    sentence = done.stdout.splitlines()[0]
    assert sentence.isascii() is expected, sentence


def test_a_rule_that_the_worker_sends_is_translated_too():
    """It travels in English among a failure's values, because the worker does not know who reads it."""
    use_language("zh_CN")
    failure = Failure("bad-request", {"field": "scale", "value": "-1", "rule": SCALE_RULE})
    assert hint_of(failure) == "请给出大于 0 且不超过 16 的数。"
