"""`burnish models`: the catalogue as a table."""

from __future__ import annotations

from rich import box
from rich.table import Table

from burnish.cli.terminal import output, print_json, seconds_text
from burnish.client import WorkerClient
from burnish.language import _
from burnish.wire.codec import to_plain
from burnish.wire.messages import ModelCard, Models


def show_models(*, as_json: bool) -> None:
    """Print the catalogue. Starts a worker where none runs."""
    models = WorkerClient().models()
    if as_json:
        print_json(to_plain(models))
        return
    console = output()
    console.print(models_table(models))
    if any(card.seconds_per_megapixel is None for card in models.models):
        console.print(_("A model's speed is measured here the first time it is used."), style="dim")


def models_table(models: Models) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    table.add_column(_("Model"), no_wrap=True)
    table.add_column(_("What it is for"), ratio=1)
    table.add_column(_("Scale"), justify="right", no_wrap=True)
    table.add_column(_("Speed here"), no_wrap=True)
    table.add_column(_("Licence"))
    for card in models.models:
        table.add_row(
            card.name,
            _(card.purpose) + _role(card, models),
            f"×{card.scale}",
            speed_text(card),
            _(card.licence),
            style="" if card.installed else "dim",
        )
    return table


def speed_text(card: ModelCard) -> str:
    if not card.installed:
        return _("not installed")
    if card.seconds_per_megapixel is None:
        return _("not measured")
    return _("{time}/MP").format(time=seconds_text(card.seconds_per_megapixel))


def _role(card: ModelCard, models: Models) -> str:
    """What “auto” makes of this model."""
    if card.name == models.best:
        return " " + _("(auto, where it takes less than a minute)")
    if card.name == models.fast:
        return " " + _("(auto otherwise)")
    return ""
