"""Messages survive the way through JSON, and nothing else comes out of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.wire.codec import decode, encode
from burnish.wire.geometry import Depth, PixelFormat, Rect, Transfer
from burnish.wire.messages import (
    MESSAGES,
    Accepted,
    Done,
    Failed,
    ModelCard,
    Models,
    Progress,
    Resume,
    Stage,
    Submit,
    Tile,
    Tiling,
)
from burnish.wire.request import AlphaPolicy, Request
from burnish.wire.sentences import BurnishError, Failure, Note

sizes = st.integers(1, 100_000)
rects = st.builds(Rect, st.integers(-1000, 1000), st.integers(-1000, 1000), sizes, sizes)
formats = st.builds(
    PixelFormat,
    sizes,
    sizes,
    st.sampled_from(Depth),
    st.integers(1, 4),
    st.booleans(),
    st.binary(max_size=64),
    st.sampled_from(Transfer),
)
requests = st.builds(
    Request,
    model=st.text(max_size=20),
    scale=st.none() | st.floats(0.01, 16),
    strength=st.floats(0, 1),
    tile=st.sampled_from(["auto", "none", "256"]),
    region=st.none() | rects,
    viewport=st.none() | rects,
    alpha=st.sampled_from(AlphaPolicy),
)
resumes = st.builds(
    Resume, st.text(max_size=9), st.just("torch"), st.just("cpu"), st.just("float32"), sizes, sizes,
    st.lists(rects, max_size=4).map(tuple),
)  # fmt: skip


@given(st.builds(Submit, st.text(max_size=8), requests, formats, st.text(), st.text(), st.none() | resumes))
def test_a_submission_comes_back_equal(submit: Submit) -> None:
    assert decode(encode(submit)) == submit


@pytest.mark.parametrize(
    "message",
    [
        Progress("j", Stage.RUNNING, 0, 3, 9, 1.5, None, Rect(0, 0, 4, 4)),
        Accepted(
            "j", PixelFormat(8, 8, Depth.UINT16, 4, profile=b"\x00\xff"), "/x", 9, 64, 64, None, 10, "m",
            Note("model-asked"), "torch", "cpu", "float32", Note("engine-fastest", {"ratio": 1.7, "other": "torch"}),
        ),
        Tile("j", 1, 2, 3, 4, Rect(0, 0, 1, 1)),
        Done("j", 1.0, 9, 2.5, "m", "torch", "cpu", "float32", (Note("tile-halved", {"size": 64}),)),
        Failed("j", Failure("unknown-model", {"name": "x", "known": "y"}, "detail")),
        Models((ModelCard("n", "t", "p", ("up",), 4, "c", Tiling.EXACT, "", "l", "c", "s", "0", True, 0.5),), "a", "b"),
    ],
)  # fmt: skip
def test_each_event_comes_back_equal(message: object) -> None:
    assert decode(encode(message)) == message


def test_message_names_are_unique() -> None:
    assert len({message.__name__ for message in MESSAGES}) == len(MESSAGES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"type": "os.system"}',
        '{"type": "Stop", "force": "yes"}',
        '{"type": "Stop", "force": true, "more": 1}',
        '{"type": "Tile", "job": "j", "x": 1.5, "y": 0, "width": 1, "height": 1, "core": {}}',
        '{"type": "Progress", "job": "j", "stage": "dancing"}',
        '{"type": "Hello"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(BurnishError) as caught:
        decode(text.encode())
    assert caught.value.failure.code == "bad-message"


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_random_json_never_becomes_a_message(value: object) -> None:
    with pytest.raises(BurnishError):
        decode(json.dumps(value).encode())


def test_true_is_not_taken_for_the_number_one() -> None:
    text = b'{"type": "Hello", "protocol": true, "version": "1", "probe": ""}'
    with pytest.raises(BurnishError):
        decode(text)
