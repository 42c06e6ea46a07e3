"""`burnish install`, `uninstall` and `status`: what is found, what is done, and what to do next, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

import burnish
from burnish.cli.terminal import output, padded, print_hanging, print_json, show_failure, widest
from burnish.language import _
from burnish.profiles.changes import Action, Outcome, Result
from burnish.profiles.environment import Environment, this_environment
from burnish.profiles.find import GIMP, HOSTS, KRITA, NAMES, Packaging, Profile, find_profiles, named_profile
from burnish.profiles.inspection import Inspection, Standing, inspect
from burnish.profiles.machine import Machine, this_machine
from burnish.profiles.placing import install
from burnish.profiles.records import Records
from burnish.profiles.removing import everywhere, remove
from burnish.profiles.shims import never_in_sandbox
from burnish.wire.request import N_
from burnish.wire.sentences import BurnishError

_RESULTS = {
    Result.INSTALLED: N_("installed"),
    Result.UPDATED: N_("updated"),
    Result.UP_TO_DATE: N_("up to date"),
    Result.REMOVED: N_("removed"),
    Result.NOT_THERE: N_("Burnish was not there"),
}
_TRIALS = {
    Result.INSTALLED: N_("would be installed"),
    Result.UPDATED: N_("would be updated"),
    Result.REMOVED: N_("would be removed"),
}
_ACTIONS = {
    Action.MAKE_FOLDER: N_("folder made"),
    Action.WRITE: N_("written"),
    Action.REPLACE: N_("replaced"),
    Action.REMOVE: N_("removed"),
    Action.REMOVE_FOLDER: N_("folder removed"),
    Action.SWITCH_ON: N_("switched on"),
    Action.SWITCH_OFF: N_("switched off"),
    Action.RESTORE: N_("as before"),
    Action.KEEP: N_("left"),
}
_TRIAL_ACTIONS = {
    Action.MAKE_FOLDER: N_("make folder"),
    Action.WRITE: N_("write"),
    Action.REPLACE: N_("replace"),
    Action.REMOVE: N_("remove"),
    Action.REMOVE_FOLDER: N_("remove folder"),
    Action.SWITCH_ON: N_("switch on"),
    Action.SWITCH_OFF: N_("switch off"),
    Action.RESTORE: N_("put back"),
    Action.KEEP: N_("leave"),
}
_STANDINGS = {
    Standing.CURRENT: ("✓", "green", N_("Burnish is in it")),
    Standing.ABSENT: ("–", "yellow", N_("Burnish is not in it")),
    Standing.OUTDATED: ("–", "yellow", N_("made for an earlier state of Burnish")),
    Standing.OTHER: ("–", "yellow", N_("belongs to another Burnish")),
    Standing.OFF: ("–", "yellow", N_("switched off in Krita's settings")),
    Standing.CHANGED: ("✗", "bold red", N_("changed by somebody: {missing}")),
    Standing.INCOMPLETE: ("✗", "bold red", N_("incomplete: {missing} is missing")),
    Standing.FOREIGN: ("✗", "bold red", N_("something that is not from Burnish is in its place: {missing}")),
    Standing.BROKEN: ("✗", "bold red", N_("its environment has vanished: {missing} is missing")),
    Standing.UNREADABLE: ("✗", "bold red", N_("{missing} cannot be read")),
}
_PACKAGINGS = {
    Packaging.NATIVE: "",
    Packaging.FLATPAK: N_("Flatpak"),
    Packaging.STORE: N_("Windows Store"),
    Packaging.NAMED: N_("named by you"),
}


def show_install(hosts: Sequence[str], folders: Mapping[str, Path | None], *, force: bool, dry_run: bool) -> bool:
    """Bring Burnish into the hosts' profiles and say so; whether all of it went well."""
    machine, environment = this_machine(), this_environment()
    records = Records(machine)
    profiles = _chosen(machine, hosts, folders)
    outcomes, failed = _each(
        profiles, lambda profile: install(profile, environment, records, force=force, dry_run=dry_run), dry_run=dry_run
    )
    _say_what_is_next(outcomes, environment, dry_run=dry_run)
    return not failed


def show_uninstall(hosts: Sequence[str], folders: Mapping[str, Path | None], *, force: bool, dry_run: bool) -> bool:
    """Take Burnish out of the hosts' profiles and say so; whether all of it went well."""
    machine = this_machine()
    records = Records(machine)
    profiles = _chosen_to_leave(machine, records, hosts, folders)
    outcomes, failed = _each(
        profiles, lambda profile: remove(profile, records, force=force, dry_run=dry_run), dry_run=dry_run
    )
    console = output()
    if not profiles:
        console.print(_("No profile of Krita or GIMP has Burnish in it."))
    kept = [path for outcome in outcomes for path in outcome.kept]
    if kept:
        console.print()
        console.print(_("What is left was changed since Burnish wrote it. --force removes that, too."))
    if dry_run:
        console.print()
        console.print(_("This was a trial run: nothing was changed."))
    return not failed and not kept


def show_status(*, as_json: bool) -> None:
    """Say which profiles there are and how Burnish stands in each."""
    machine, environment = this_machine(), this_environment()
    found = [inspect(profile, environment) for profile in everywhere(machine, Records(machine), HOSTS)]
    if as_json:
        print_json(
            {
                "burnish": burnish.__version__,
                "package": str(environment.package),
                "python": str(environment.python),
                "profiles": [_plain(inspection) for inspection in found],
            }
        )
        return
    console = output()
    console.print(f"Burnish {burnish.__version__} · {environment.python}")
    console.print()
    if not found:
        console.print(_("Neither Krita nor GIMP 3 was found for this user."))
        return
    width = widest(inspection.profile.name for inspection in found)
    for inspection in found:
        _print_inspection(console, inspection, width)
    useful = [inspection for inspection in found if not _is_of_no_use(inspection.profile)]
    if any(inspection.standing not in (Standing.CURRENT, Standing.FOREIGN) for inspection in useful):
        console.print()
        console.print(_("“burnish install” brings Burnish into each, and mends what is there."))


def standings() -> list[tuple[str, str, Standing]]:
    """Of each profile: the program's name, how Burnish stands in it as a sentence, and the same for programs."""
    machine, environment = this_machine(), this_environment()
    found = [inspect(profile, environment) for profile in everywhere(machine, Records(machine), HOSTS)]
    return [
        (each.profile.name, never_in_sandbox(NAMES[each.profile.host]), Standing.ABSENT)
        if _is_of_no_use(each.profile)
        else (each.profile.name, _sentence_of(each), each.standing)
        for each in found
    ]


def _chosen(machine: Machine, hosts: Sequence[str], folders: Mapping[str, Path | None]) -> list[Profile]:
    """The profiles to install into. Raises BurnishError where there are none, or none of a host that was asked for."""
    wanted = _hosts_of(hosts, folders)
    profiles: list[Profile] = []
    for host in wanted:
        folder = folders[host]
        found = [named_profile(machine, host, folder)] if folder else find_profiles(machine, (host,))
        if not found and hosts:
            raise BurnishError("host-not-found", host=NAMES[host], option=f"--{host}-folder")
        profiles += found
    if not profiles:
        raise BurnishError("no-host-found")
    return profiles


def _chosen_to_leave(
    machine: Machine, records: Records, hosts: Sequence[str], folders: Mapping[str, Path | None]
) -> list[Profile]:
    """The profiles to uninstall from; without a named folder, those in which something of ours may be."""
    profiles: list[Profile] = []
    for host in _hosts_of(hosts, folders):
        folder = folders[host]
        profiles += [named_profile(machine, host, folder)] if folder else everywhere(machine, records, (host,))
    return profiles


def _hosts_of(hosts: Sequence[str], folders: Mapping[str, Path | None]) -> list[str]:
    """The hosts that were asked for: by name, by naming a folder, or all."""
    named = [host for host in HOSTS if host in hosts or folders[host]]
    return named or list(HOSTS)


def _each(
    profiles: Sequence[Profile], work: Callable[[Profile], Outcome], *, dry_run: bool
) -> tuple[list[Outcome], bool]:
    """Do the work for each profile and show it. A profile that fails does not stop the others."""
    console = output()
    width = widest(profile.name for profile in profiles)
    outcomes, failed = [], False
    for profile in profiles:
        try:
            outcome = work(profile)
        except BurnishError as error:
            show_failure(error.failure, profile.folder)
            failed = True
            continue
        outcomes.append(outcome)
        _print_outcome(console, outcome, width, dry_run=dry_run)
    return outcomes, failed


def _print_outcome(console: Console, outcome: Outcome, width: int, *, dry_run: bool) -> None:
    results = {**_RESULTS, **_TRIALS} if dry_run else _RESULTS
    actions = _TRIAL_ACTIONS if dry_run else _ACTIONS
    doubtful = outcome.kept or outcome.result is Result.NOT_THERE
    doubtful = doubtful or (_is_of_no_use(outcome.profile) and outcome.result is not Result.REMOVED)
    sign, style = ("–", "yellow") if doubtful else ("✓", "green")
    head = Text.assemble((sign, style), " ", padded(outcome.profile.name, width), "  ")
    console.print(Text.assemble(head, f"{_(results[outcome.result])} · {_folder_text(outcome.profile)}"))
    action_width = widest(_(actions[change.action]) for change in outcome.changes)
    for change in outcome.changes:
        console.print(Text(f"    {padded(_(actions[change.action]), action_width)}  {change.path}", "dim"))


def _say_what_is_next(outcomes: Sequence[Outcome], environment: Environment, *, dry_run: bool) -> None:
    console = output()
    if outcomes:
        console.print()
    if dry_run:
        console.print(_("This was a trial run: nothing was changed."))
        return
    here = {outcome.profile.host for outcome in outcomes if not _is_of_no_use(outcome.profile)}
    if KRITA in here:
        text = _("Start Krita (again, if it is open). The panel is under Settings > Dockers > Burnish.")
        print_hanging(console, Text("→ "), text)
    if GIMP in here:
        text = _("Start GIMP (again, if it is open). The panel is under Filters > Enhance > Burnish.")
        print_hanging(console, Text("→ "), text)
    sandboxed = {outcome.profile.host: outcome.profile for outcome in outcomes if outcome.profile.flatpak}
    for profile in sandboxed.values():
        if _is_of_no_use(profile):
            print_hanging(console, Text("! ", "yellow"), never_in_sandbox(NAMES[profile.host]))
        else:
            _say_how_to_open_the_sandbox(console, profile, environment)


def _is_of_no_use(profile: Profile) -> bool:
    """Whether the program of a profile cannot show the panel: GIMP from Flatpak.

    Its profile gets the shim all the same, because every GIMP of this user shares it, also one that is not found.
    """
    return profile.host == GIMP and profile.packaging is Packaging.FLATPAK


def _say_how_to_open_the_sandbox(console: Console, profile: Profile, environment: Environment) -> None:
    """Commands stand on lines of their own, so that they can be copied."""
    text = _(
        "{host} from Flatpak runs in a sandbox and cannot see Burnish's environment. Run the first line once, and the "
        "second each time before you use Burnish there. Where that does not help, use {host} from your distribution "
        "or from its own site."
    ).format(host=NAMES[profile.host])
    print_hanging(console, Text("! ", "yellow"), text)
    console.print(Text(f"    {environment.allow_command(profile.host)}"))
    console.print(Text(f"    {environment.worker_command()}"))


def _print_inspection(console: Console, inspection: Inspection, width: int) -> None:
    unusable = inspection.standing is Standing.CURRENT and _is_of_no_use(inspection.profile)
    sign, style, _sentence = _STANDINGS[Standing.ABSENT if unusable else inspection.standing]
    head = Text.assemble((sign, style), " ", padded(inspection.profile.name, width), "  ")
    text = _sentence_of(inspection)
    if inspection.burnish and inspection.burnish != burnish.__version__:
        text += f" · Burnish {inspection.burnish}"
    print_hanging(console, head, text)
    console.print(Text(f"    {_folder_text(inspection.profile)}", "dim"))
    if _is_of_no_use(inspection.profile):
        print_hanging(console, Text("    "), never_in_sandbox(NAMES[inspection.profile.host]))
    if inspection.python and inspection.standing in (Standing.OTHER, Standing.BROKEN):
        console.print(Text(f"    {inspection.python}", "dim"))


def _sentence_of(inspection: Inspection) -> str:
    return _(_STANDINGS[inspection.standing][2]).format(missing=inspection.missing)


def _folder_text(profile: Profile) -> str:
    parts = [str(profile.folder), _(_PACKAGINGS[profile.packaging])]
    if not profile.exists:
        parts.append(_("not there yet"))
    return " · ".join(part for part in parts if part)


def _plain(inspection: Inspection) -> dict[str, Any]:
    profile = inspection.profile
    return {
        "host": profile.host,
        "name": profile.name,
        "version": profile.version,
        "packaging": profile.packaging.value,
        "folder": str(profile.folder),
        "exists": profile.exists,
        "settings": str(profile.settings) if profile.settings else None,
        "standing": inspection.standing.value,
        "burnish": inspection.burnish,
        "package": inspection.package,
        "python": inspection.python,
        "missing": inspection.missing,
    }
