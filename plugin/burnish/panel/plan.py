"""What the artist chose and what follows from it: which models there are, how large the result is, where it goes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from burnish.hosts.contract import LayerFacts, Place
from burnish.panel.announcement import Announcement
from burnish.panel.orders import AUTO, Choices, Order, RegionChoice
from burnish.panel.tasks import TASKS, Task, task_named
from burnish.wire.geometry import Rect
from burnish.wire.messages import ModelCard, Models
from burnish.wire.request import Outside, Request


@dataclass
class Plan:
    """The next enhancement. Change it by its methods; each announces what it touched.

    usual_region: the region without a selection, which is the whole layer or what can be seen.
    """

    choices: Choices = field(default_factory=Choices)
    region: RegionChoice = RegionChoice.LAYER
    usual_region: RegionChoice = RegionChoice.LAYER
    catalogue: Models | None = None
    layer: LayerFacts | None = None
    visible: Rect | None = None
    limits: tuple[str, ...] = ()
    places_for: Callable[[float], tuple[Place, ...]] = lambda _scale: (Place.NEW_LAYER,)

    def __post_init__(self) -> None:
        self.catalogue_changed = Announcement()
        self.layer_changed = Announcement()
        self.choices_changed = Announcement()

    # --- what can be chosen --------------------------------------------------------------------------------------

    def tasks(self) -> tuple[Task, ...]:
        """The tasks for which there is a model, in the panel's order; upscaling alone before the catalogue is known."""
        if self.catalogue is None:
            return (task_named("upscale"),)
        offered = {name for card in self.catalogue.models for name in card.tasks}
        known = tuple(task for task in TASKS if task.name in offered)
        return known + tuple(task_named(name) for name in sorted(offered - {task.name for task in TASKS}))

    def cards(self) -> tuple[ModelCard, ...]:
        """The models for the chosen task."""
        if self.catalogue is None:
            return ()
        return tuple(card for card in self.catalogue.models if self.choices.task in card.tasks)

    def offers_auto(self) -> bool:
        """The worker's own choice is between upscalers, so it is offered for that task only."""
        return self.choices.task == "upscale"

    def card(self, name: str | None = None) -> ModelCard | None:
        """The model called `name`, or the chosen one; None for "auto", a weights file, or before the catalogue."""
        wanted = self.choices.model if name is None else name
        models = self.catalogue.models if self.catalogue else ()
        return next((card for card in models if card.name == wanted), None)

    def likely_card(self, model: str | None = None) -> ModelCard | None:
        """The model that would run: `model` or the chosen one, or what "auto" most likely means for this picture."""
        wanted = self.choices.model if model is None else model
        if wanted != AUTO:
            return self.card(wanted)
        if self.catalogue is None:
            return None
        best, fast = self.card(self.catalogue.best), self.card(self.catalogue.fast)
        seconds = self._seconds(best)
        return best if seconds is None or seconds < 60 else fast

    def scale(self) -> float:
        """How much larger the result will be."""
        if self.choices.scale is not None:
            return self.choices.scale
        card = self.likely_card()
        return float(card.scale) if card else 4.0

    def own_scale(self) -> float:
        """The scale of the model that would run."""
        card = self.likely_card()
        return float(card.scale) if card else 4.0

    def scales(self) -> tuple[float, ...]:
        """The sizes that make sense: unchanged, and steps up to the model's own scale (at least twice)."""
        own = self.own_scale()
        return tuple(float(step) for step in range(1, max(2, round(own)) + 1)) if own > 1 else (1.0, 2.0)

    def places(self) -> tuple[Place, ...]:
        """Where the result can go, the usual place first."""
        return self.places_for(self.scale())

    def place(self) -> Place:
        """Where the result will go."""
        chosen = self.choices.place if self.scale() == 1 else self.choices.enlarged_place
        return self._possible(chosen, self.scale())

    def _possible(self, place: Place | None, scale: float) -> Place:
        """`place` where the host has it for a result of this scale, else the usual one."""
        places = self.places_for(scale)
        return place if place is not None and place in places else places[0]

    def effective_region(self) -> RegionChoice:
        """The chosen region; the whole layer where it is what can be seen, and the host does not say what that is."""
        unknown = self.region is RegionChoice.VISIBLE and self.visible is None
        return RegionChoice.LAYER if unknown else self.region

    def work_region(self) -> Rect | None:
        """The part of the layer that would be enhanced; None without a layer, or where the choice is empty."""
        if self.layer is None:
            return None
        bounds = self.layer.format.bounds
        parts = {
            RegionChoice.LAYER: bounds,
            RegionChoice.SELECTION: self.layer.selection,
            RegionChoice.VISIBLE: self.visible,
        }
        part = parts[self.effective_region()]
        return part.intersection(bounds) if part is not None else None

    def result_size(self) -> tuple[int, int] | None:
        """Width and height of the result in pixels."""
        region = self.work_region()
        if region is None:
            return None
        width, height = (math.floor(side * self.scale() + 0.5) for side in (region.width, region.height))
        return max(1, width), max(1, height)  # as the worker rounds

    def estimate(self) -> float | None:
        """Seconds the chosen enhancement will take here, None where nothing has been measured yet."""
        return self._seconds(self.likely_card())

    def _seconds(self, card: ModelCard | None) -> float | None:
        region = self.work_region()
        if card is None or card.seconds_per_megapixel is None or region is None:
            return None
        return card.seconds_per_megapixel * region.area / 1e6

    def fits(self) -> bool:
        """Whether there is something to enhance as chosen."""
        return self.layer is not None and not self.layer.refusal and self.work_region() is not None

    def order(self) -> Order:
        """The chosen enhancement. Strength comes after the run, so a run always keeps everything."""
        region = None if self.effective_region() is RegionChoice.LAYER else self.work_region()
        request = Request(
            model=self.choices.model, scale=self.choices.scale, region=region, viewport=self._viewport(region)
        )
        return self._settled(Order(request, self.place(), self.model_title(), self.region is RegionChoice.SELECTION))

    def order_like(self, earlier: Order) -> Order:
        """What `earlier` did, for the layer and the region that are chosen now."""
        now, scale = self.order(), earlier.request.scale
        place = self._possible(earlier.place, self.scale_of(earlier))
        request = replace(now.request, model=earlier.request.model, scale=scale)
        return self._settled(replace(now, request=request, place=place, title=earlier.title))

    def with_chosen_model(self, earlier: Order) -> Order:
        """The very work of `earlier`, by the model that is chosen now."""
        request = replace(earlier.request, model=self.choices.model, scale=self.choices.scale)
        place = self._possible(earlier.place, self.scale())
        return self._settled(replace(earlier, request=request, place=place, title=self.model_title()))

    def with_place(self, earlier: Order, place: Place) -> Order:
        """The very work of `earlier`, with its result elsewhere."""
        return self._settled(replace(earlier, place=place))

    def scale_of(self, order: Order) -> float:
        """How many times as large an order's result will be, as far as that is known before it is accepted."""
        if order.request.scale is not None:
            return order.request.scale
        card = self.likely_card(order.request.model)
        return float(card.scale) if card else 4.0

    @staticmethod
    def _settled(order: Order) -> Order:
        """What a selection leaves out stays the original where that is replaced, and empty in a layer of its own."""
        keeps_original = not order.selected or order.place is Place.REPLACE
        outside = Outside.ORIGINAL if keeps_original else Outside.TRANSPARENT
        return replace(order, request=replace(order.request, outside=outside))

    def _viewport(self, region: Rect | None) -> Rect | None:
        """What can be seen of the layer, where that is less than all of the work."""
        if self.layer is None or self.visible is None:
            return None
        return self.visible.intersection(region or self.layer.format.bounds)

    def model_title(self) -> str:
        """The English title of the chosen model; the name itself for "auto" and weights files."""
        card = self.card()
        return card.title if card else self.choices.model

    # --- what the artist does ------------------------------------------------------------------------------------

    def choose_task(self, name: str) -> None:
        """Another task, with its usual model. Only who asks for a larger picture gets one."""
        if name == self.choices.task:
            return
        self.choices = replace(self.choices, task=name, scale=None if name == "upscale" else 1.0)
        self._settle_model(usual=True)
        self.choices_changed()

    def choose_model(self, name: str) -> None:
        if name != self.choices.model:
            self.choices = replace(self.choices, model=name)
            if self.choices.scale is not None and self.choices.scale not in self.scales():
                self.choices = replace(self.choices, scale=None)
            self.choices_changed()

    def choose_scale(self, scale: float | None) -> None:
        """A result so many times as large as the layer; None is the model's own scale."""
        self.choices = replace(self.choices, scale=scale)
        self.choices_changed()

    def choose_place(self, place: Place) -> None:
        if self.scale() == 1:
            self.choices = replace(self.choices, place=place)
        else:
            self.choices = replace(self.choices, enlarged_place=place)
        self.choices_changed()

    def choose_region(self, region: RegionChoice) -> None:
        self.region = region
        if region is not RegionChoice.SELECTION:
            self.usual_region = region
        self.choices_changed()

    def restore(self, choices: Choices, usual_region: RegionChoice = RegionChoice.LAYER) -> None:
        """Take over what an earlier session remembered, as far as it still makes sense."""
        self.choices, self.usual_region = choices, usual_region
        if self.region is not RegionChoice.SELECTION:
            self.region = usual_region
        self._settle_model()
        self.choices_changed()

    def use_default_model(self) -> None:
        """The choice of somebody who never chose."""
        task = "upscale" if any(task.name == "upscale" for task in self.tasks()) else self.tasks()[0].name
        self.choices = replace(self.choices, task=task, scale=None, model=AUTO)
        self._settle_model(usual=True)
        self.choices_changed()

    def use_fast_model(self) -> None:
        """The lightest model that the worker knows for this kind of work."""
        if self.catalogue is not None:
            card = self.card(self.catalogue.fast)
            task = self.choices.task if card and self.choices.task in card.tasks else "upscale"
            self.choices = replace(self.choices, task=task, model=self.catalogue.fast, scale=None)
            self.choices_changed()

    def _settle_model(self, *, usual: bool = False) -> None:
        """Keep the chosen model if it serves the task; else (or when asked for the usual) take the usual one."""
        if self.catalogue is None:
            return
        names = [card.name for card in self.cards()]
        serves = self.choices.model in names or _is_file(self.choices.model)
        if self.choices.model == AUTO:
            serves = self.offers_auto()
        if usual or not serves:
            self.choices = replace(self.choices, model=self._usual_model())

    def _usual_model(self) -> str:
        """The worker's own choice for upscaling; for the rest the model with the least work, so of the least scale."""
        cards = self.cards()
        if self.offers_auto() or not cards:
            return AUTO
        return min(cards, key=lambda card: card.scale).name

    # --- what the worker and the host say ------------------------------------------------------------------------

    def know_catalogue(self, models: Models) -> None:
        self.catalogue = models
        if self.choices.task not in {task.name for task in self.tasks()}:
            self.choices = replace(self.choices, task=self.tasks()[0].name if self.tasks() else "upscale")
        self._settle_model()
        self.catalogue_changed()
        self.choices_changed()

    def know_layer(self, layer: LayerFacts | None, visible: Rect | None, limits: tuple[str, ...] = ()) -> None:
        """The host's current layer. A new selection becomes the region; when it goes, the usual region comes back."""
        if (layer, visible, limits) == (self.layer, self.visible, self.limits):
            return
        before = self.layer.selection if self.layer else None
        now = layer.selection if layer else None
        self.layer, self.visible, self.limits = layer, visible, limits
        if now is not None and before is None:
            self.region = RegionChoice.SELECTION
        elif now is None and self.region is RegionChoice.SELECTION:
            self.region = self.usual_region
        self.layer_changed()


def _is_file(model: str) -> bool:
    return "/" in model or "\\" in model or model.endswith((".pth", ".safetensors", ".pt"))
