"""`python -m burnish.profiles`: takes Burnish out of Krita and GIMP with any Python, also where no environment is left.

`python3 installer uninstall` runs it. People use `burnish uninstall`, which shows more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from burnish.language import _, hint_of, message_of
from burnish.profiles.environment import this_environment
from burnish.profiles.find import HOSTS, Profile
from burnish.profiles.inspection import inspect
from burnish.profiles.machine import this_machine
from burnish.profiles.records import Records
from burnish.profiles.removing import everywhere, remove
from burnish.wire.sentences import BurnishError


def main(arguments: Sequence[str]) -> int:
    """Remove, and return 0 where nothing of ours is left."""
    parser = argparse.ArgumentParser(prog="burnish uninstall", description=_("Take Burnish out of Krita and GIMP."))
    parser.add_argument("hosts", nargs="*", metavar="krita|gimp", help=_("all if left out"))
    parser.add_argument("--force", action="store_true", help=_("Remove files of Burnish that somebody changed."))
    parser.add_argument("--dry-run", action="store_true", help=_("Change nothing, and tell what would be done."))
    parser.add_argument("--environment", type=Path, metavar="DIR", help=_("Only what was made for this environment."))
    options = parser.parse_args(arguments)
    if set(options.hosts) - set(HOSTS):
        parser.error(_("Choose one of: {known}.").format(known=", ".join(HOSTS)))
    machine = this_machine()
    records = Records(machine)
    left = False
    for profile in everywhere(machine, records, options.hosts or HOSTS):
        if options.environment is not None and not _made_for(profile, options.environment):
            continue
        left = not _leave(profile, records, force=options.force, dry_run=options.dry_run) or left
    return 1 if left else 0


def _made_for(profile: Profile, environment: Path) -> bool:
    python = inspect(profile, this_environment()).python
    return bool(python) and environment.absolute() in Path(python).parents


def _leave(profile: Profile, records: Records, *, force: bool, dry_run: bool) -> bool:
    """Remove from one profile and say so; whether all of it went."""
    try:
        outcome = remove(profile, records, force=force, dry_run=dry_run)
    except BurnishError as error:
        sys.stderr.write(f"{message_of(error.failure)}\n    {hint_of(error.failure)}\n")
        return False
    if outcome.changes:
        done = _("Burnish was removed from {host}: {folder}")
        said = _("Burnish would be removed from {host}: {folder}") if dry_run else done
        sys.stdout.write(said.format(host=profile.name, folder=profile.folder) + "\n")
    for path in outcome.kept:
        said = _("{path} was left, because somebody changed it; --force removes it, too.")
        sys.stderr.write(said.format(path=path) + "\n")
    return not outcome.kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
