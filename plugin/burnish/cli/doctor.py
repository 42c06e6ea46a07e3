"""`burnish doctor`: shows what was found, and each problem with its fix."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from burnish.cli.health import Health, State, examine, measured
from burnish.cli.models import speed_text
from burnish.cli.terminal import output, padded, print_hanging, print_json, widest
from burnish.client import WorkerClient
from burnish.language import _, plural
from burnish.wire.codec import to_plain

_SIGNS = {State.GOOD: ("✓", "green"), State.NOTICE: ("–", "yellow"), State.BROKEN: ("✗", "bold red")}


def show_health(*, as_json: bool) -> bool:
    """Examine this machine and show what was found; whether everything essential works."""
    health = examine(WorkerClient())
    if as_json:
        print_json({"healthy": health.healthy, **to_plain(health)})
    else:
        _print(output(), health)
    return health.healthy


def _print(console: Console, health: Health) -> None:
    width = widest(check.name for check in health.checks)
    for check in health.checks:
        sign, style = _SIGNS[check.state]
        print_hanging(console, Text.assemble((sign, style), " ", padded(check.name, width), "  "), check.value)
    if health.models is not None and measured(health.models):
        console.print()
        console.print(_("Measured on this machine, for each megapixel of the picture given:"))
        cards = measured(health.models)
        width = widest(card.name for card in cards)
        for card in cards:
            console.print(Text(f"  {padded(card.name, width)}  {speed_text(card)}"))
    console.print()
    for check in health.checks:
        if check.fix:
            console.print(Text.assemble((check.name, _SIGNS[check.state][1]), ": ", check.value))
            print_hanging(console, Text("    "), check.fix)
    broken = sum(check.state is State.BROKEN for check in health.checks)
    if broken:
        text = plural("{count} thing is broken.", "{count} things are broken.", broken).format(count=broken)
        console.print(Text(text, "bold red"))
    else:
        console.print(Text(_("Everything that Burnish needs works."), "green"))
