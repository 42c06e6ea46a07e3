"""Enhances a layer without the panel: what the procedure `burnish-enhance` does for scripts and batches.

Progress is shown in GIMP's status bar. Its Cancel ends this process; the worker then notices that nobody listens any
more, and what was painted until then stays.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import Any

from burnish.client import Job, Layer, WorkerClient
from burnish.hosts.contract import Place
from burnish.hosts.environment import client_for
from burnish.hosts.gimp import drawables, pixels, places
from burnish.hosts.gimp.facts import channels_for
from burnish.hosts.gimp.program import Gimp
from burnish.hosts.gimp.results import Result
from burnish.hosts.gimp.snapshots import GoneError
from burnish.language import _
from burnish.wire.geometry import Rect
from burnish.wire.messages import Accepted, Cancelled, Done, Failed, Progress, Tile
from burnish.wire.request import Outside, Request
from burnish.wire.sentences import BurnishError, Failure


@dataclass(frozen=True)
class Arguments:
    """What a script asks for. target: the value of a Place; convert_indexed: make RGB of an indexed picture first."""

    model: str = "auto"
    scale: float | None = None
    strength: float = 1.0
    target: str = "new-layer"
    convert_indexed: bool = False


def enhance(python: str, chosen: list[Any], arguments: Arguments, *, shown: bool) -> Result | None:
    """Enhance the one chosen layer, or what is selected of it. None where somebody removed the result meanwhile.

    An indexed picture is made RGB when there is something to put into it, not before.

    shown: a new image gets a window. Raises BurnishError.
    """
    drawable = drawables.only_one(chosen)
    place = Place(arguments.target)
    _raise(drawables.refusal(drawable, convertible=arguments.convert_indexed))
    if place is Place.REPLACE:
        _raise(drawables.replacing(drawable))
        if arguments.scale is None:
            arguments = replace(arguments, scale=1.0)
        if arguments.scale != 1:
            raise BurnishError("replaced-by-larger")
    _raise(drawables.selection_refusal(drawable))
    selection = drawables.selection_on(drawable)
    request = Request(
        model=arguments.model,
        scale=arguments.scale,
        strength=arguments.strength,
        region=selection,
        outside=Outside.TRANSPARENT if place is Place.NEW_LAYER else Outside.ORIGINAL,
    )
    layer = _layer_of(drawable, selection, masked=place is not Place.NEW_IMAGE)
    Gimp.progress_init(_("Burnish: {name}").format(name=drawable.get_name()))
    try:
        return _Run(client_for(python), request, layer, drawable, place, shown=shown).result()
    finally:
        Gimp.progress_end()


def _layer_of(drawable: Any, selection: Rect | None, *, masked: bool) -> Layer:
    """The layer's pixels and the soft edge of what is selected."""
    encoding, bounds = pixels.encoding_of(drawable), drawables.bounds_of(drawable)
    channels = channels_for(encoding, selection)
    layer_format = pixels.format_of(
        encoding, pixels.colours_of(drawable.get_image(), encoding), channels, bounds.width, bounds.height
    )
    rows = pixels.read(drawable.get_buffer(), bounds, encoding.babl)
    mask = drawables.selection_mask(drawable, selection) if selection and masked else None
    return Layer(layer_format, pixels.fitted(rows, encoding.depth, encoding.channels, channels), mask)


class _Run:
    """One job, from its submission to its end."""

    def __init__(
        self, client: WorkerClient, request: Request, layer: Layer, drawable: Any, place: Place, *, shown: bool
    ) -> None:
        self._job = client.submit(request, layer)
        self._drawable = drawable
        self._region = request.region or layer.format.bounds
        self._place = place
        self._shown = shown
        self._result: Result | None = None

    def result(self) -> Result | None:
        """Follow the job. None where the result was removed. Raises BurnishError, and leaves nothing painted then."""
        with self._job as job:
            try:
                self._follow(job)
            except GoneError:
                return None
            except BaseException:
                with contextlib.suppress(GoneError):
                    if self._result is not None:
                        self._result.discard()
                raise
        return self._result

    def _follow(self, job: Job) -> None:
        for event in job.events():
            if isinstance(event, Accepted):
                self._result = self._begin(event)
            elif isinstance(event, Tile) and self._result is not None:
                self._result.paint(event.rect, job.tile_pixels(event))
            elif isinstance(event, Progress) and event.tiles:
                Gimp.progress_update(event.tiles_done / event.tiles)
            elif isinstance(event, Failed):
                raise BurnishError(event.failure.code, event.failure.detail, **event.failure.values)
            elif isinstance(event, Cancelled):
                raise BurnishError("worker-stopped")
            elif isinstance(event, Done) and self._result is not None:
                self._result.finish()

    def _begin(self, accepted: Accepted) -> Result:
        made = accepted.format
        name = _("{layer} – {model}").format(layer=self._drawable.get_name(), model=accepted.model)
        size = made.width, made.height
        if self._drawable.is_valid() and self._drawable.is_indexed():
            self._drawable.get_image().convert_rgb()
        return places.begin(
            self._place, self._drawable, self._region, size, made.depth, made.channels, name, shown=self._shown
        )


def _raise(failure: Failure | None) -> None:
    if failure is not None:
        raise BurnishError(failure.code, failure.detail, **failure.values)
