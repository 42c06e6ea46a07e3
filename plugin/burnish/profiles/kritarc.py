"""Krita's settings file, changed by one line at most: every other byte of it stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

KEY = b"enable_burnish_krita"
_GROUP = b"python"
_HEADER = re.compile(rb"\[([^\[\]]*)\](?:\[\$\w+\])?\s*\Z")
_RESOURCES = re.compile(rb"ResourceDirectory(\[\$[a-z]+\])?\s*=(.*)\Z", re.DOTALL)


def is_enabled(content: bytes) -> bool:
    """Whether these settings switch our plugin on; of several lines, Krita takes the last."""
    values = [line.partition(b"=")[2].strip() for _, line in _our_lines(content)]
    return bool(values) and values[-1].lower() in (b"true", b"1", b"yes", b"on")


def enabled(content: bytes) -> bytes:
    """The settings with our plugin switched on; the very same bytes where it is on already.

    A file whose last line does not end still does not: so `without_ours` can tell, also where nothing was recorded.
    """
    if is_enabled(content):
        return content
    lines = content.splitlines(keepends=True)
    newline = b"\r\n" if b"\r\n" in content else b"\n"
    ours = KEY + b"=true"
    present = [number for number, _ in _our_lines(content)]
    if present:
        lines[present[-1]] = ours + _ending_of(lines[present[-1]])
        return b"".join(lines)
    for number, group, line in _lines(content):
        if group == _GROUP and _HEADER.match(line):
            lines[number] = line.rstrip(b"\r\n") + (_ending_of(line) or newline)
            last = newline if _ending_of(line) else b""
            return b"".join([*lines[: number + 1], ours + last, *lines[number + 1 :]])
    last = newline
    if lines:
        last = newline if _ending_of(lines[-1]) else b""
        lines[-1] = lines[-1].rstrip(b"\r\n") + (_ending_of(lines[-1]) or newline)
        lines.append(newline)
    return b"".join([*lines, b"[" + _GROUP + b"]" + newline, ours + last])


def without_ours(content: bytes, before: bytes) -> bytes:
    """The settings as they would be without us, where somebody changed them since.

    before: what they were when we came; our line is put back to what it was then, and a group that we began goes when
    nothing else is in it.
    """
    lines = content.splitlines(keepends=True)
    ours = [number for number, _ in _our_lines(content)]
    former = [line for _, line in _our_lines(before)]
    drop = set(ours)
    if former and ours:
        lines[ours[-1]] = former[-1].rstrip(b"\r\n") + _ending_of(lines[ours[-1]])
        drop.discard(ours[-1])
    kept = b"".join(line for number, line in enumerate(lines) if number not in drop)
    if ours and not _has_group(before):
        kept = _without_empty_group(kept)
    if len(lines) - 1 in drop and not _ending_of(lines[-1]):
        kept = kept.removesuffix(b"\n").removesuffix(b"\r")
    return kept


def resource_folder_of(content: bytes, home: Path, environ: Mapping[str, str]) -> Path | None:
    """Where the user moved Krita's resources to, None where they are in their usual place."""
    for _, group, line in _lines(content):
        found = _RESOURCES.match(line.rstrip(b"\r\n")) if group == b"" else None
        if found:
            value = _unescaped(found.group(2).strip()).decode("utf-8", "surrogateescape")
            if found.group(1) and b"e" in found.group(1):
                value = _expanded(value, {"HOME": str(home), **environ})
            return Path(value) if value else None
    return None


def _lines(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, group and text of every line; a group's header belongs to the group."""
    group = b""
    for number, line in enumerate(content.splitlines(keepends=True)):
        header = _HEADER.match(line.strip())
        if header:
            group = header.group(1)
        elif line.lstrip().startswith(b"["):
            group = line.strip()  # a group within a group: none of ours
        yield number, group, line


def _our_lines(content: bytes) -> list[tuple[int, bytes]]:
    return [
        (number, line)
        for number, group, line in _lines(content)
        if group == _GROUP and line.partition(b"=")[0].strip() == KEY
    ]


def _has_group(content: bytes) -> bool:
    return any(group == _GROUP for _, group, _ in _lines(content))


def _without_empty_group(content: bytes) -> bytes:
    """Without the header of our group and the blank lines after it, where the group has no entry."""
    rows = list(_lines(content))
    if any(group == _GROUP and line.strip() and not _HEADER.match(line.strip()) for _, group, line in rows):
        return content
    first = next((number for number, group, _ in rows if group == _GROUP), None)
    if first is None:
        return content
    at_the_end = all(group == _GROUP for _, group, _ in rows[first:])
    blank_before = at_the_end and first > 0 and not rows[first - 1][2].strip()
    lines = [line for number, group, line in rows if group != _GROUP and not (blank_before and number == first - 1)]
    return b"".join(lines)


def _ending_of(line: bytes) -> bytes:
    return line[len(line.rstrip(b"\r\n")) :]


def _unescaped(value: bytes) -> bytes:
    r"""A value of KConfig's without its escapes: \\, \s, \t."""
    meanings = {b"\\\\": b"\\", b"\\s": b" ", b"\\t": b"\t"}
    return re.sub(rb"\\.", lambda found: meanings.get(found.group(0), found.group(0)), value)


def _expanded(value: str, variables: Mapping[str, str]) -> str:
    """A value of KConfig's in which $NAME and ${NAME} stand for variables."""
    return re.sub(r"\$\{?(\w+)\}?", lambda name: variables.get(name.group(1), ""), value)
