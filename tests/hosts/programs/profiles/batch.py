"""Runs in GIMP's batch: which procedures of Burnish there are, and the error that the one for scripts ends with."""

import json
import os

from gi.repository import Gimp

pdb = Gimp.get_pdb()
found = {"version": Gimp.version(), "procedures": sorted(pdb.query_procedures("^burnish-.*", *[".*"] * 7))}
if "burnish-enhance" in found["procedures"]:
    image = Gimp.Image.new(8, 8, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(image, "layer", 8, 8, Gimp.ImageType.RGBA_IMAGE, 100, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    layer.set_lock_content(True)  # Burnish refuses that without asking its worker
    procedure = pdb.lookup_procedure("burnish-enhance")
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.NONINTERACTIVE)
    config.set_property("image", image)
    config.set_core_object_array("drawables", [layer])
    if config.find_property("target") is not None:
        config.set_property("target", "replace")
    found["succeeded"] = procedure.run(config).index(0) == Gimp.PDBStatusType.SUCCESS
    found["error"] = pdb.get_last_error()
    image.delete()
with open(os.environ["BURNISH_OBSERVED"], "w", encoding="utf-8") as file:
    json.dump(found, file)
