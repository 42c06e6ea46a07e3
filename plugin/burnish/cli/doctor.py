"""`burnish doctor`: shows what was found, and each problem with its fix."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from burnish.cli.health import Check, Health, State, examine, measured
from burnish.cli.models import speed_text
from burnish.cli.terminal import output, print_json
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
    console.print(_table(health))
    if health.models is not None and measured(health.models):
        console.print()
        console.print(_("Measured on this machine, for a megapixel of the picture given:"))
        for card in measured(health.models):
            console.print(Text(f"  {card.name}  {speed_text(card)}"))
    console.print()
    to_mend = [check for check in health.checks if check.fix]
    for check in to_mend:
        console.print(Text.assemble((check.name + ": ", _SIGNS[check.state][1]), check.value))
        console.print(Text("  " + check.fix))
    broken = sum(check.state is State.BROKEN for check in health.checks)
    if broken:
        text = plural("{count} thing is broken.", "{count} things are broken.", broken).format(count=broken)
        console.print(Text(text, "bold red"))
    else:
        console.print(Text(_("Everything that Burnish needs works."), "green"))


def _table(health: Health) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in health.checks:
        table.add_row(_sign(check), Text(check.name), Text(check.value))
    return table


def _sign(check: Check) -> Text:
    return Text(*_SIGNS[check.state])
