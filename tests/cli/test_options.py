"""What is typed becomes a request, or a sentence that names the option and the rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.cli.options import model_from, quality_from, region_from, scale_from, strength_from, tile_from
from burnish.wire.geometry import Rect
from burnish.wire.sentences import BurnishError


@pytest.mark.parametrize(("text", "value"), [("2", 2), ("1.5", 1.5), ("x4", 4), ("4x", 4), ("×3", 3), ("0.5", 0.5)])
def test_scales(text: str, value: float) -> None:
    assert scale_from(text) == value


@pytest.mark.parametrize("text", ["0", "-2", "17", "nan", "inf", "big", "", "2,5"])
def test_scales_that_are_refused(text: str) -> None:
    assert refusal(scale_from, text)["field"] == "--scale"


@pytest.mark.parametrize("text", ["-0.1", "1.01", "nan", "half", ""])
def test_strengths_that_are_refused(text: str) -> None:
    assert refusal(strength_from, text)["field"] == "--strength"


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "all", "٣", "99999999"])
def test_tiles_that_are_refused(text: str) -> None:
    assert refusal(tile_from, text)["field"] == "--tile"


def test_tiles() -> None:
    assert [tile_from(text) for text in ("auto", "None", "256", "0256")] == ["auto", "none", "256", "256"]


@given(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 10**6)))
def test_regions(numbers: tuple[int, int, int, int]) -> None:
    assert region_from(",".join(map(str, numbers))) == Rect(*numbers)
    assert region_from(", ".join(map(str, numbers))) == Rect(*numbers)


@pytest.mark.parametrize("text", ["1,2,3", "1,2,3,4,5", "0,0,0,9", "-1,0,5,5", "a,b,c,d", "", "1.5,0,3,3"])
def test_regions_that_are_refused(text: str) -> None:
    assert refusal(region_from, text)["field"] == "--region"


@pytest.mark.parametrize("text", ["0", "101", "80.5", "best"])
def test_qualities_that_are_refused(text: str) -> None:
    assert refusal(quality_from, text)["field"] == "--quality"


@given(st.text(max_size=12))
def test_nothing_that_is_typed_escapes_as_another_error(text: str) -> None:
    for parse in (scale_from, strength_from, tile_from, region_from, quality_from):
        try:
            parse(text)
        except BurnishError as error:
            assert error.failure.code == "bad-request"
            assert text in error.failure.message


def test_a_weights_file_becomes_an_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.safetensors").touch()
    monkeypatch.chdir(tmp_path)
    assert model_from("mine.safetensors") == str(tmp_path / "mine.safetensors")
    assert model_from("realesrgan-x4plus") == "realesrgan-x4plus"
    with pytest.raises(BurnishError) as caught:
        model_from("missing.pth")
    assert caught.value.failure.code == "model-file-missing"


def refusal(parse: object, text: str) -> dict[str, object]:
    with pytest.raises(BurnishError) as caught:
        parse(text)  # type: ignore[operator]
    failure = caught.value.failure
    assert failure.code == "bad-request"
    assert failure.hint.endswith(".")
    return dict(failure.values)
