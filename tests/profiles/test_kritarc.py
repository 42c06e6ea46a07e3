"""kritarc is changed by one line, whatever else is in it and however it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.profiles.kritarc import KEY, enabled, is_enabled, resource_folder_of, without_ours

LINES = st.sampled_from(
    [
        b"", b"[python]", b"[krita]", b"enable_burnish_krita=true", b"enable_burnish_krita=false", b"enable_other=true",
        b"x=\\\\0", b"[python][Sub]", b"# note", b"\xff\xfe=\x00", b" enable_burnish_krita = true ", b"[python][$i]",
    ]
)  # fmt: skip
CONTENTS = st.builds(
    lambda lines, newline, last: newline.join(lines) + (newline if last else b""),
    st.lists(LINES, max_size=12),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
)


def values(content: bytes) -> list[bytes]:
    """What is in a file besides our line, headers that hold nothing, and empty lines."""
    return [line.strip() for line in content.splitlines() if line.strip() and b"burnish" not in line]


@given(CONTENTS)
def test_switching_on_changes_one_line(content: bytes) -> None:
    after = enabled(content)
    assert is_enabled(after)
    assert enabled(after) == after
    assert [line for line in values(after) if line != b"[python]"] == [
        line for line in values(content) if line != b"[python]"
    ]
    if is_enabled(content):
        assert after == content
    else:
        assert len(after.splitlines()) - len(content.splitlines()) in (0, 1, 2, 3)
    assert (b"\r\n" in after) == (b"\r\n" in content), "line ends are the file's own"


@given(CONTENTS)
def test_taking_our_line_out_leaves_every_other(content: bytes) -> None:
    """Somebody changed the file since: it had ours, and has a line more."""
    written_again = enabled(content) + (b"" if content.endswith(b"\n") or not content else b"\n") + b"[new]\nz=1\n"
    after = without_ours(written_again, content)
    assert [line for line in values(after) if line != b"[python]"] == [
        *(line for line in values(content) if line != b"[python]"), b"[new]", b"z=1",
    ]  # fmt: skip
    if not is_enabled(content):
        assert not is_enabled(after)


@given(CONTENTS)
def test_without_a_record_the_last_line_ends_as_it_did(content: bytes) -> None:
    """Nobody knows any more what the file was, and it tells all the same where the group was not in it."""
    others = content.replace(b"[python]", b"[other]").replace(KEY, b"enable_mine")
    assert without_ours(enabled(others), b"") == others


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"[python]\nenable_burnish_krita=true\n"),
        (b"a=1", b"a=1\n\n[python]\nenable_burnish_krita=true"),
        (b"a=1\n", b"a=1\n\n[python]\nenable_burnish_krita=true\n"),
        (b"[python]", b"[python]\nenable_burnish_krita=true"),
        (b"[python]\r\nenable_x=true\r\n", b"[python]\r\nenable_burnish_krita=true\r\nenable_x=true\r\n"),
        (b"[python]\nenable_burnish_krita=false\n[a]\n", b"[python]\nenable_burnish_krita=true\n[a]\n"),
        (b"[python]\nenable_burnish_krita=false", b"[python]\nenable_burnish_krita=true"),
        (b"[a]\nenable_burnish_krita=true\n",
         b"[a]\nenable_burnish_krita=true\n\n[python]\nenable_burnish_krita=true\n"),
    ],
)  # fmt: skip
def test_where_the_line_goes(before: bytes, after: bytes) -> None:
    assert enabled(before) == after


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        # Krita wrote the file anew: sorted, with groups of its own, ours among them
        (b"", b"[krita]\nx=1\n\n[python]\nenable_burnish_krita=true\n", b"[krita]\nx=1\n"),
        (b"", b"[a]\nx=1\n\n[python]\nenable_burnish_krita=true\n\n[z]\ny=1\n", b"[a]\nx=1\n\n[z]\ny=1\n"),
        # the group holds somebody else's, too
        (b"", b"[python]\nenable_a=true\nenable_burnish_krita=true\n", b"[python]\nenable_a=true\n"),
        # the group was there before us, and empty
        (b"[python]\n", b"[python]\nenable_burnish_krita=true\n[b]\n", b"[python]\n[b]\n"),
        # switched off by the user meanwhile
        (b"", b"[python]\nenable_burnish_krita=false\n", b""),
        # it was switched off before we came
        (b"[python]\nenable_burnish_krita=false\n", b"[python]\nenable_burnish_krita=true\n[b]\n",
         b"[python]\nenable_burnish_krita=false\n[b]\n"),
        # somebody took our line out already
        (b"", b"[krita]\nx=1\n", b"[krita]\nx=1\n"),
    ],
)  # fmt: skip
def test_what_is_left_of_a_changed_file(before: bytes, now: bytes, after: bytes) -> None:
    assert without_ours(now, before) == after


@pytest.mark.parametrize(
    ("line", "folder"),
    [
        (b"ResourceDirectory=/mnt/big disk/krita", "/mnt/big disk/krita"),
        (b"ResourceDirectory[$e]=$HOME/art", "/home/ada/art"),
        (b"ResourceDirectory[$e]=${HOME}/art", "/home/ada/art"),
        (b"ResourceDirectory=D:\\\\Krita", "D:\\Krita"),
        ("ResourceDirectory=/画/krita".encode(), "/画/krita"),
        (b"ResourceDirectory=", None),
        (b"[krita]\nResourceDirectory=/elsewhere", None),
        (b"", None),
    ],
)
def test_where_the_resources_were_moved_to(line: bytes, folder: str | None) -> None:
    found = resource_folder_of(b"theme=dark\n" + line + b"\n", Path("/home/ada"), {"HOME": "/home/ada"})
    assert found == (None if folder is None else Path(folder))
