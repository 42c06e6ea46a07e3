"""Burnish as GIMP 3 knows it: the procedures it registers. The shim in the profile calls `start`."""

from __future__ import annotations

from typing import Any

import burnish
from burnish.hosts.contract import Place
from burnish.hosts.gimp.one_shot import Arguments, enhance
from burnish.hosts.gimp.program import Gegl, Gimp, GLib, GObject
from burnish.hosts.gimp.resident import Resident
from burnish.language import _, hint_of, message_of
from burnish.wire.request import LARGEST_SCALE, N_, description_of
from burnish.wire.sentences import BurnishError, Failure

RESIDENT = "burnish-resident"
PANEL = "burnish-panel"
AGAIN = "burnish-again"
ENHANCE = "burnish-enhance"
_MENU = "<Image>/Filters/Enhance"
_PLACES = {Place.NEW_LAYER: N_("New layer"), Place.REPLACE: N_("Replace the layer"), Place.NEW_IMAGE: N_("New image")}
_READ_WRITE = GObject.ParamFlags.READWRITE


class BurnishPlugIn(Gimp.PlugIn):
    """GIMP makes one object of this class in each process that it starts."""

    python = ""

    def do_set_i18n(self, _name: str) -> bool:
        return False  # burnish.language has translated already

    def do_query_procedures(self) -> list[str]:
        return [RESIDENT, ENHANCE]

    def do_create_procedure(self, name: str) -> Any:
        return self._resident_procedure() if name == RESIDENT else self._enhance_procedure()

    # --- the panel -----------------------------------------------------------------------------------------------

    def _resident_procedure(self) -> Any:
        """GIMP starts it together with itself."""
        procedure = Gimp.Procedure.new(self, RESIDENT, Gimp.PDBProcType.PERSISTENT, self._stay, None)
        return _described(procedure, _("Keeps Burnish's panel ready"))

    def _stay(self, procedure: Any, _config: Any, _data: Any) -> Any:
        Gegl.init(None)
        resident = Resident(self.python)
        self._add_entry(PANEL, _("_Burnish…"), _("Enhance the layer: upscale, denoise, repair"), resident, again=False)
        self._add_entry(
            AGAIN, _("_Enhance with Burnish again"), _("Enhance the layer as the last time"), resident, again=True
        )
        procedure.persistent_ready()
        self.persistent_enable()
        GLib.MainLoop().run()
        return _success(procedure)

    def _add_entry(self, name: str, label: str, purpose: str, resident: Resident, *, again: bool) -> None:
        def used(procedure: Any, _mode: Any, image: Any, _drawables: Any, _config: Any, _data: Any) -> Any:
            try:
                resident.show(image, again=again)
            except BurnishError as error:
                return _failed(procedure, error.failure)
            return _success(procedure)

        entry = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.TEMPORARY, used, None)
        entry.set_image_types("*")
        entry.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.ALWAYS)
        entry.set_menu_label(label)
        entry.add_menu_path(_MENU)
        self.add_temp_procedure(_described(entry, purpose))

    # --- without the panel ---------------------------------------------------------------------------------------

    def _enhance_procedure(self) -> Any:
        procedure = Gimp.ImageProcedure.new(self, ENHANCE, Gimp.PDBProcType.PLUGIN, self._enhance, None)
        procedure.set_image_types("*")
        procedure.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.DRAWABLE)
        _add_arguments(procedure)
        procedure.add_image_return_value("result-image", _("Image"), _("The image of the result"), False, _READ_WRITE)
        procedure.add_layer_return_value("result-layer", _("Layer"), _("The layer of the result"), False, _READ_WRITE)
        return _described(procedure, _("Enhance a layer without the panel"))

    def _enhance(self, procedure: Any, _mode: Any, image: Any, drawables: Any, config: Any, _data: Any) -> Any:
        Gegl.init(None)
        arguments = Arguments(
            model=config.get_property("model"),
            scale=config.get_property("scale") or None,
            strength=config.get_property("strength"),
            target=config.get_property("target"),
            convert_indexed=config.get_property("convert-indexed"),
        )
        try:
            result = enhance(self.python, image, list(drawables), arguments)
        except BurnishError as error:
            return _failed(procedure, error.failure)
        if result is None:
            return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, GLib.Error())
        values = _success(procedure)
        for index, value in enumerate((result.image, result.layer), start=1):
            values.remove(index)
            values.insert(index, GObject.Value(type(value), value))
        return values


def start(python: str, argv: list[str]) -> None:
    """Serve GIMP until it has no more need of this process.

    python: the interpreter of Burnish's environment; argv: what GIMP started this process with.
    """
    BurnishPlugIn.python = python
    Gimp.main(BurnishPlugIn.__gtype__, argv)


def _add_arguments(procedure: Any) -> None:
    """The fields of one_shot.Arguments."""
    targets = Gimp.Choice.new()
    for index, (place, text) in enumerate(_PLACES.items()):
        targets.add(place.value, index, _(text), "")
    scale = _("How much larger the result is; 0 for the model's own scale.")
    convert = _("Convert an indexed picture to RGB instead of refusing it")
    procedure.add_string_argument("model", _("_Model"), _(description_of("model")), "auto", _READ_WRITE)
    procedure.add_double_argument("scale", _("_Scale"), scale, 0, LARGEST_SCALE, 0, _READ_WRITE)
    procedure.add_double_argument("strength", _("S_trength"), _(description_of("strength")), 0, 1, 1, _READ_WRITE)
    procedure.add_choice_argument(
        "target", _("_Target"), _("Where the result goes"), targets, Place.NEW_LAYER.value, _READ_WRITE
    )
    procedure.add_boolean_argument("convert-indexed", _("_Convert indexed"), convert, False, _READ_WRITE)


def _described(procedure: Any, purpose: str) -> Any:
    procedure.set_documentation(purpose, purpose, procedure.get_name())
    procedure.set_attribution("Burnish", "Burnish", burnish.__version__)
    return procedure


def _success(procedure: Any) -> Any:
    return procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())


def _failed(procedure: Any, failure: Failure) -> Any:
    """A PDB error with the sentence and what to do about it."""
    text = " ".join(part for part in (message_of(failure), hint_of(failure)) if part)
    error = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), text, 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, error)
