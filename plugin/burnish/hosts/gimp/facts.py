"""What the panel shows about GIMP: which picture and layer the artist works on, found out by cheap questions.

GIMP tells no plug-in which picture is in front. So it is the one from which the menu was used, until something changes
in another: another layer chosen, another selection, a picture just opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from burnish.hosts.gimp import drawables
from burnish.hosts.gimp.messages import Facts, LayerNow
from burnish.hosts.gimp.pixels import Colours, Encoding, colours_of, encoding_of
from burnish.hosts.gimp.program import Gimp
from burnish.hosts.gimp.snapshots import GoneError
from burnish.wire.geometry import Depth, Rect, Transfer
from burnish.wire.sentences import BurnishError, Failure


class Observer:
    """Looks at GIMP when asked to.

    tell_profile: called with a key and the ICC bytes before facts first refer to that key.
    """

    def __init__(self, tell_profile: Callable[[int, bytes], None]) -> None:
        self._tell_profile = tell_profile
        self._keys: dict[bytes, int] = {}
        self._seen: dict[int, object] = {}
        self._current: int | None = None
        self._meant = False

    def mean(self, image: Any) -> None:
        """The artist means this picture."""
        self._current = image.get_id()
        self._meant = True

    def ignore(self, image: Any) -> None:
        """What has just changed in this picture was our own doing."""
        self._seen[image.get_id()] = _state_of(image)

    def look(self) -> Facts:
        """What is current now. Raises GoneError where it was closed between two questions, so that answers lack."""
        images = {image.get_id(): image for image in Gimp.get_images()}
        states = {number: _state_of(image) for number, image in images.items()}
        changed = [number for number, state in states.items() if self._seen.get(number) != state]
        if changed and self._seen and self._current not in changed and not self._meant:
            self._current = max(changed)
        self._meant = False
        if self._current not in images:
            self._current = max(images, default=None)
        self._seen = states
        if self._current is None:
            return Facts(None, len(images))
        layer = self._layer(images[self._current])
        if not _are_there(images[self._current], layer.drawable):
            raise GoneError
        return Facts(layer, len(images))

    def _layer(self, image: Any) -> LayerNow:
        try:
            drawable = drawables.only_one(image.get_selected_drawables())
        except BurnishError as error:
            return _nothing(image, error.failure)
        refusal = drawables.refusal(drawable) or drawables.selection_refusal(drawable)
        if refusal is not None:
            return _nothing(image, refusal, drawable)
        encoding = encoding_of(drawable)
        try:
            colours = colours_of(image, encoding)
        except BurnishError as error:
            return _nothing(image, error.failure, drawable)
        selection = drawables.selection_on(drawable)
        bounds = drawables.bounds_of(drawable)
        return LayerNow(
            image=image.get_id(),
            drawable=drawable.get_id(),
            document=image.get_name(),
            name=drawable.get_name(),
            width=bounds.width,
            height=bounds.height,
            depth=encoding.depth,
            channels=channels_for(encoding, selection),
            transfer=colours.transfer,
            profile=self._key_of(colours),
            profile_name=colours.name,
            selection=selection,
            replaceable=drawables.replacing(drawable) is None,
            refusal=None,
        )

    def _key_of(self, colours: Colours) -> int:
        if not colours.icc:
            return 0
        if colours.icc not in self._keys:
            self._keys[colours.icc] = len(self._keys) + 1
            self._tell_profile(self._keys[colours.icc], colours.icc)
        return self._keys[colours.icc]


def channels_for(encoding: Encoding, selection: Rect | None) -> int:
    """How many channels are handed over: with an alpha where a selection's soft edge may have to go into it."""
    return encoding.channels if selection is None or encoding.has_alpha else encoding.channels + 1


def _state_of(image: Any) -> object:
    chosen = tuple(drawable.get_id() for drawable in image.get_selected_drawables() or ())
    bounds = tuple(Gimp.Selection.bounds(image))
    return chosen, bounds, image.get_width(), image.get_height()


def _are_there(image: Any, drawable: int) -> bool:
    """Whether all that was just said of a picture and its layer was still so, as numbers are never used again."""
    return bool(image.is_valid()) and (not drawable or Gimp.Item.id_is_valid(drawable))


def _nothing(image: Any, refusal: Failure, drawable: Any = None) -> LayerNow:
    """A picture in which there is nothing to enhance, and why."""
    return LayerNow(
        image=image.get_id(),
        drawable=drawable.get_id() if drawable is not None else 0,
        document=image.get_name(),
        name=drawable.get_name() if drawable is not None else "",
        width=image.get_width(),
        height=image.get_height(),
        depth=Depth.UINT8,
        channels=4,
        transfer=Transfer.SRGB,
        profile=0,
        profile_name="",
        selection=None,
        replaceable=True,
        refusal=refusal,
    )
