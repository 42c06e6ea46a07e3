"""Burnish as GIMP 3 knows it: the procedures it registers. The shim in the profile calls `start`."""

from __future__ import annotations

import time
import traceback
from typing import Any

import burnish
from burnish.hosts.contract import Place
from burnish.hosts.gimp.one_shot import Arguments, enhance
from burnish.hosts.gimp.program import Gegl, Gimp, GLib, GObject
from burnish.hosts.gimp.residency import Residency, become_resident
from burnish.hosts.gimp.resident import Resident, failure_of, panel_error
from burnish.language import _, hint_of, message_of
from burnish.wire.request import LARGEST_SCALE, N_, description_of
from burnish.wire.sentences import Failure

RESIDENT = "burnish-resident"
PANEL = "burnish-panel"
AGAIN = "burnish-again"
ENHANCE = "burnish-enhance"
SHOW = "burnish-resident-show"
_MENU = "<Image>/Filters/Enhance"
_PLACES = {Place.NEW_LAYER: N_("New layer"), Place.REPLACE: N_("Replace the layer"), Place.NEW_IMAGE: N_("New image")}
_PATIENCE_SECONDS = 10.0
_POLL_SECONDS = 0.05
_NO_IMAGE = -1
_READ_WRITE = GObject.ParamFlags.READWRITE


class BurnishPlugIn(Gimp.PlugIn):
    """GIMP makes one object of this class in each process that it starts."""

    python = ""

    def do_set_i18n(self, _name: str) -> bool:
        return False  # burnish.language has translated already

    def do_query_procedures(self) -> list[str]:
        return [RESIDENT, PANEL, AGAIN, ENHANCE]

    def do_create_procedure(self, name: str) -> Any:
        if name == RESIDENT:
            return self._resident_procedure()
        if name == ENHANCE:
            return self._enhance_procedure()
        if name == PANEL:
            return self._menu_entry(PANEL, _("_Burnish…"), _("Enhance the layer: upscale, denoise, repair"))
        return self._menu_entry(AGAIN, _("_Enhance with Burnish again"), _("Enhance the layer as the last time"))

    # --- the panel -----------------------------------------------------------------------------------------------

    def _menu_entry(self, name: str, label: str, purpose: str) -> Any:
        entry = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, self._use_entry, None)
        entry.set_image_types("*")
        entry.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.ALWAYS)
        entry.set_menu_label(label)
        entry.add_menu_path(_MENU)
        return _described(entry, purpose)

    def _use_entry(self, procedure: Any, _mode: Any, image: Any, _drawables: Any, _config: Any, _data: Any) -> Any:
        """Hand over to the resident process. Where GIMP has ended that one, this process takes its place."""
        again = procedure.get_name() == AGAIN
        pdb = Gimp.get_pdb()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (show := pdb.lookup_procedure(SHOW)) is None:
            try:
                residency = become_resident(Gimp.getpid())
            except Exception as error:  # noqa: BLE001 - GIMP's menu waits for an answer
                return _failed(procedure, failure_of(error))
            if residency is not None:
                return self._replace_resident(procedure, image, residency, again=again)
            if time.monotonic() > deadline:
                return _failed(procedure, panel_error("timeout").failure)
            time.sleep(_POLL_SECONDS)  # the menu was used a moment before, too: that process is just beginning
        config = show.create_config()
        config.set_property("image", image.get_id() if image is not None else _NO_IMAGE)
        config.set_property("again", again)
        values = show.run(config)
        if values.index(0) == Gimp.PDBStatusType.SUCCESS:
            return _success(procedure)
        return procedure.new_return_values(values.index(0), _error(pdb.get_last_error()))

    def _replace_resident(self, procedure: Any, image: Any, residency: Residency, *, again: bool) -> Any:
        """A called process may run for as long as it likes; from the menu, nobody waits for it."""
        resident = self._resident(residency)
        try:
            resident.show(image, again=again)
        except Exception as error:  # noqa: BLE001 - GIMP's menu waits for an answer
            return _failed(procedure, failure_of(error))
        GLib.MainLoop().run()
        return _success(procedure)

    def _resident_procedure(self) -> Any:
        """GIMP starts it together with itself."""
        procedure = Gimp.Procedure.new(self, RESIDENT, Gimp.PDBProcType.PERSISTENT, self._stay, None)
        return _described(procedure, _("Keeps Burnish's panel ready"))

    def _stay(self, procedure: Any, _config: Any, _data: Any) -> Any:
        try:
            residency = become_resident(Gimp.getpid())
        except Exception:  # noqa: BLE001 - the panel will say what is wrong with the folder, to somebody who reads it
            traceback.print_exc()
            residency = None
        self._resident(residency)
        procedure.persistent_ready()
        GLib.MainLoop().run()
        return _success(procedure)

    def _resident(self, residency: Residency | None) -> Resident:
        """What serves the menu entries from now on, while GLib's main loop runs in this process."""
        self._residency = residency
        Gegl.init(None)
        resident = Resident(self.python)

        def asked(show: Any, config: Any, _data: Any) -> Any:
            """GIMP may call this while the process waits for an answer of GIMP's, and that answer would be taken for
            one to whatever is asked here: so nothing is asked before the process has come to rest.
            """
            number, again = config.get_property("image"), config.get_property("again")
            GLib.idle_add(lambda: _show_panel(resident, number, again=again), priority=GLib.PRIORITY_DEFAULT)
            return _success(show)

        show = Gimp.Procedure.new(self, SHOW, Gimp.PDBProcType.TEMPORARY, asked, None)
        # a number, because GIMP's library would ask whether an image is valid
        meaning = _("The picture in which the menu was used")
        show.add_int_argument("image", _("Image"), meaning, _NO_IMAGE, 2**31 - 1, _NO_IMAGE, _READ_WRITE)
        show.add_boolean_argument("again", _("Again"), _("Enhance the layer as the last time"), False, _READ_WRITE)
        self.add_temp_procedure(_described(show, _("Keeps Burnish's panel ready")))
        self.persistent_enable()
        return resident

    # --- without the panel ---------------------------------------------------------------------------------------

    def _enhance_procedure(self) -> Any:
        procedure = Gimp.ImageProcedure.new(self, ENHANCE, Gimp.PDBProcType.PLUGIN, self._enhance, None)
        procedure.set_image_types("*")
        procedure.set_sensitivity_mask(Gimp.ProcedureSensitivityMask.DRAWABLE)
        _add_arguments(procedure)
        procedure.add_image_return_value("result-image", _("Image"), _("The image of the result"), False, _READ_WRITE)
        procedure.add_layer_return_value("result-layer", _("Layer"), _("The layer of the result"), False, _READ_WRITE)
        return _described(procedure, _("Enhance a layer without the panel"))

    def _enhance(self, procedure: Any, mode: Any, _image: Any, drawables: Any, config: Any, _data: Any) -> Any:
        Gegl.init(None)
        arguments = Arguments(
            model=config.get_property("model"),
            scale=config.get_property("scale") or None,
            strength=config.get_property("strength"),
            target=config.get_property("target"),
            convert_indexed=config.get_property("convert-indexed"),
        )
        shown = mode != Gimp.RunMode.NONINTERACTIVE  # a script opens the windows that it wants
        try:
            result = enhance(self.python, list(drawables), arguments, shown=shown)
        except Exception as error:  # noqa: BLE001 - a script waits for an answer
            return _failed(procedure, failure_of(error))
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


def _show_panel(resident: Resident, number: int, *, again: bool) -> bool:
    """Show the panel for the picture of this number; nobody waits for an answer, so GIMP itself says why not."""
    try:
        resident.show(Gimp.Image.get_by_id(number) if number != _NO_IMAGE else None, again=again)
    except Exception as error:  # noqa: BLE001 - the artist has to hear of it, whatever it is
        Gimp.message(_in_words(failure_of(error)))
    return bool(GLib.SOURCE_REMOVE)


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
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, _error(_in_words(failure)))


def _in_words(failure: Failure) -> str:
    return " ".join(part for part in (message_of(failure), hint_of(failure)) if part)


def _error(text: str) -> Any:
    return GLib.Error.new_literal(Gimp.PlugIn.error_quark(), text, 0)
