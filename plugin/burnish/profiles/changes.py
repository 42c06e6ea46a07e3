"""What installing or uninstalling does to a profile: listed first, so that a trial run can show it, then done."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from burnish.profiles.find import Profile
from burnish.wire.sentences import BurnishError


class Action(str, Enum):
    """What happens to one file or folder. KEEP: it would go, but somebody changed it."""

    MAKE_FOLDER = "make-folder"
    WRITE = "write"
    REPLACE = "replace"
    REMOVE = "remove"
    REMOVE_FOLDER = "remove-folder"
    SWITCH_ON = "switch-on"
    SWITCH_OFF = "switch-off"
    RESTORE = "restore"
    KEEP = "keep"


class Result(str, Enum):
    """How a profile ended up, or would."""

    INSTALLED = "installed"
    UPDATED = "updated"
    UP_TO_DATE = "up-to-date"
    REMOVED = "removed"
    NOT_THERE = "not-there"


@dataclass(frozen=True)
class Change:
    """One file or folder, and what happens to it."""

    action: Action
    path: Path


@dataclass
class Outcome:
    """What was done to a profile, in order. In a trial run: what would be."""

    profile: Profile
    result: Result
    changes: list[Change] = field(default_factory=list)

    @property
    def kept(self) -> list[Path]:
        """Files that stayed because somebody changed them."""
        return [change.path for change in self.changes if change.action is Action.KEEP]


def unwritable(error: OSError, fallback: Path) -> BurnishError:
    """The failure for a file system that refuses."""
    path = str(error.filename or fallback)
    return BurnishError("profile-unwritable", detail=repr(error), path=path, reason=error.strerror or str(error))
