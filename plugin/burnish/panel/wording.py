"""Numbers and facts as the sentences an artist reads, in the artist's language."""

from __future__ import annotations

from burnish.hosts.contract import LayerFacts, Place
from burnish.language import _, plural, text_of
from burnish.panel.state import AUTO, HistoryEntry, PanelState, QueuedOrder, RegionChoice, Result
from burnish.wire.geometry import Depth, PixelFormat, Transfer
from burnish.wire.messages import ModelCard, Progress, Stage


def duration(seconds: float) -> str:
    """A length of time, as precise as an estimate deserves."""
    if seconds < 1:
        return _("under 1 s")
    if seconds < 90:
        return _("{seconds} s").format(seconds=round(seconds))
    if seconds < 3600:
        return _("{minutes} min {seconds} s").format(minutes=round(seconds) // 60, seconds=round(seconds) % 60)
    return _("{hours} h {minutes} min").format(hours=int(seconds // 3600), minutes=int(seconds % 3600 // 60))


def layer_title(layer: LayerFacts) -> str:
    """Document and layer, as in "Portrait › Background"; once where both are the same."""
    return _titled(layer.document, layer.name)


def _titled(document: str, layer: str) -> str:
    return " › ".join(name for name in dict.fromkeys((document, layer)) if name)


def layer_details(layer: LayerFacts) -> str:
    """Size, depth and profile, as in "1920×1080 · 16-bit · Display P3"."""
    return " · ".join(
        part for part in (size_text(layer.format.width, layer.format.height), *pixel_details(layer)) if part
    )


def pixel_details(layer: LayerFacts) -> tuple[str, ...]:
    kind = depth_text(layer.format)
    grey = _("grey") if layer.format.channels < 3 else ""
    profile = layer.profile or (_("linear") if layer.format.transfer is Transfer.LINEAR else "")
    return kind, grey, profile


def depth_text(pixels: PixelFormat) -> str:
    names = {
        Depth.UINT8: _("8-bit"),
        Depth.UINT16: _("16-bit"),
        Depth.FLOAT16: _("16-bit float"),
        Depth.FLOAT32: _("32-bit float"),
    }
    return names[pixels.depth]


def size_text(width: int, height: int) -> str:
    return f"{width}×{height}"


def scale_text(scale: float) -> str:
    return _("Same size, finer") if scale == 1 else f"×{scale:g}"


def place_text(place: Place, scale: float = 1.0) -> str:
    """Where a result goes, in words that say what happens to the picture."""
    names = {
        Place.NEW_LAYER: _("New layer") if scale == 1 else _("New larger layer"),
        Place.REPLACE: _("Replace the layer"),
        Place.SCALED_IMAGE: _("Scale the image"),
        Place.NEW_IMAGE: _("New image"),
    }
    return names[place]


def region_text(region: RegionChoice) -> str:
    names = {
        RegionChoice.LAYER: _("Layer"),
        RegionChoice.SELECTION: _("Selection"),
        RegionChoice.VISIBLE: _("Visible"),
    }
    return names[region]


def model_title(title: str) -> str:
    """A model's title as shown; "auto" becomes words, a weights file shows its file name."""
    if title == AUTO:
        return _("Automatic")
    return _(title) if " " in title else title.replace("\\", "/").rsplit("/", 1)[-1]


def speed_text(card: ModelCard) -> str:
    if card.seconds_per_megapixel is None:
        return _("not measured here yet")
    speed = card.seconds_per_megapixel
    number = f"{speed:.0f}" if speed >= 10 else f"{speed:.1f}"
    return _("about {seconds} s per megapixel here").format(seconds=number)


def model_details(state: PanelState) -> str:
    """What the chosen model is for, and its speed on this machine."""
    card = state.card()
    if card is not None:
        return " · ".join((_(card.purpose).rstrip("."), speed_text(card)))
    if state.catalogue is None:
        return _("Starting the worker…")
    if state.choices.model == AUTO:
        likely = state.likely_card()
        if likely is None or state.estimate() is None:
            return _("The best model that takes under a minute here")
        return _("The best model that takes under a minute here: now {model}").format(model=_(likely.title))
    return _("Your own weights file")


def result_text(state: PanelState) -> str:
    """What will come out, as in "1920×1080 → 7680×4320"."""
    region, result = state.work_region(), state.result_size()
    if region is None or result is None:
        return ""
    return f"{size_text(region.width, region.height)} → {size_text(*result)}"


def enhance_text(state: PanelState) -> str:
    seconds = state.estimate()
    if seconds is None or seconds < 1:  # nobody needs to be prepared for that
        return _("&Enhance")
    return _("&Enhance · about {duration}").format(duration=duration(seconds))


def progress_text(state: PanelState) -> str:
    """Where the run stands, as in "14 of 34 tiles · 22 s left"."""
    progress = state.progress
    if state.cancelling:
        return _("Stopping after this tile…")
    if progress is None:
        return _("Starting…")
    if progress.stage is Stage.RUNNING:
        return _running_text(progress)
    if progress.stage is Stage.QUEUED and progress.position > 0:
        return plural("{jobs} job is ahead of this one", "{jobs} jobs are ahead of this one", progress.position).format(
            jobs=progress.position
        )
    sentences = {
        Stage.QUEUED: _("Waiting for the worker…"),
        Stage.LOADING: _("Loading the model…"),
        Stage.MEASURING: _("Measuring which engine is fastest here (only once)…"),
    }
    return sentences[progress.stage]


def _running_text(progress: Progress) -> str:
    tiles = plural("{done} of {total} tile", "{done} of {total} tiles", progress.tiles)
    text = tiles.format(done=progress.tiles_done, total=progress.tiles)
    if progress.seconds_left is None:
        return text
    return " · ".join((text, _("{duration} left").format(duration=duration(progress.seconds_left))))


def running_details(state: PanelState) -> str:
    """Whose layer it is where the artist has gone on to another, and the worker's choice of a model, and why."""
    layer, current = state.running_layer, state.layer
    name = ""
    if layer is not None and (current is None or layer.key != current.key):
        name = layer_title(layer)
    accepted, model = state.accepted, ""
    if accepted is not None and state.last is not None and state.last.request.model == AUTO:
        card = state.card(accepted.model)
        title = _(card.title) if card else accepted.model
        model = _("{model}, {why}").format(model=title, why=text_of(accepted.model_reason))
    return "\n".join(part for part in (name, model) if part)


def running_tooltip(state: PanelState) -> str:
    accepted = state.accepted
    if accepted is None:
        return ""
    return _("{engine} on {device} ({precision}): {why}").format(
        engine=accepted.engine,
        device=accepted.device,
        precision=accepted.precision,
        why=text_of(accepted.engine_reason),
    )


def result_line(result: Result) -> str:
    """What stands on the canvas, and what happened on the way."""
    if result.done is None:
        return _("Stopped; the finished tiles were kept")
    notes = (text_of(note) for note in result.done.notes)
    return " · ".join((_("Done in {duration}").format(duration=duration(result.seconds)), *notes))


def history_line(entry: HistoryEntry) -> str:
    return _("{clock}  {model} on {layer}").format(
        clock=entry.clock, model=model_title(entry.order.title), layer=entry.layer
    )


def history_details(entry: HistoryEntry) -> str:
    """The quieter half of a history line: when, what on, and how long it took."""
    took = (duration(entry.seconds),) if entry.seconds > 0 else ()
    return " · ".join((entry.clock, entry.layer, *took))


def queued_line(entry: QueuedOrder) -> str:
    layer = _titled(entry.document, entry.layer)
    return _("{model} on {layer}").format(model=model_title(entry.order.title), layer=layer)


def queued_details(entry: QueuedOrder) -> str:
    """The quieter half of a waiting job's line: for which layer, or which part of it, and how large."""
    region = entry.order.request.region
    part = size_text(region.width, region.height) if region is not None else ""
    return " · ".join(text for text in (_titled(entry.document, entry.layer), part) if text)


def queue_text(waiting: int) -> str:
    return plural("{count} more is waiting", "{count} more are waiting", waiting).format(count=waiting)
