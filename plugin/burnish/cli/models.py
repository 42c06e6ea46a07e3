"""`burnish models`: what each model is for, and how fast it is here."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from burnish.cli.terminal import output, padded, print_hanging, print_json, seconds_text, widest
from burnish.client import WorkerClient
from burnish.language import _
from burnish.panel.tasks import task_named
from burnish.wire.codec import to_plain
from burnish.wire.messages import ModelCard, Models

_INDENT = Text("    ")


def show_models(*, as_json: bool) -> None:
    """Print the catalogue. Starts a worker where none runs."""
    models = WorkerClient().models()
    if as_json:
        print_json(to_plain(models))
    else:
        print_models(output(), models)


def print_models(console: Console, models: Models) -> None:
    """A table whose rows have their sentence below them, so that it fits a terminal of 80 columns."""
    heads = (_("Model"), _("Scale"), _("Tasks"), _("Speed here"))
    rows = [(card.name, f"×{card.scale}", _tasks(card), _speed(card, models)) for card in models.models]
    widths = [widest(column) for column in zip(heads, *rows, strict=True)]
    console.print(_row(heads, widths, "dim"))
    for card, row in zip(models.models, rows, strict=True):
        console.print(_row(row, widths, "bold" if card.installed else "dim"))
        print_hanging(console, _INDENT, _(card.purpose))
    console.print()
    console.print(Text(_("Licences"), "dim"))
    for licence in dict.fromkeys(card.licence for card in models.models):
        names = ", ".join(card.name for card in models.models if card.licence == licence)
        print_hanging(console, _INDENT, f"{_(licence)} ({names})")


def speed_text(card: ModelCard) -> str:
    """How long a megapixel of the picture given takes."""
    if not card.installed:
        return _("not installed")
    if card.seconds_per_megapixel is None:
        return _("not measured yet")
    return _("{time}/MP").format(time=seconds_text(card.seconds_per_megapixel))


def _speed(card: ModelCard, models: Models) -> str:
    """The speed, and what “auto” makes of the model."""
    if card.name == models.best:
        return speed_text(card) + " · " + _("auto, if under a minute")
    if card.name == models.fast:
        return speed_text(card) + " · " + _("auto otherwise")
    return speed_text(card)


def _tasks(card: ModelCard) -> str:
    return ", ".join(_(task_named(task).title) for task in card.tasks)


def _row(cells: tuple[str, ...], widths: list[int], style: str) -> Text:
    """The first cell in `style`, all but the last filled up to their column's width."""
    line = Text("  ".join(padded(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    line.stylize(style, 0, len(cells[0]))
    return line
