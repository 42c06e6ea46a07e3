"""Read by GIMP's Python when it starts: once the plug-in has loaded GIMP's libraries, their calls are measured."""

from __future__ import annotations

import importlib.abc
import importlib.util
import os
import sys
import types
from importlib.machinery import ModuleSpec

_PROGRAM = "burnish.hosts.gimp.program"
_RESULTS = "burnish.hosts.gimp.results"


class Watcher(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the two modules as everybody else does, then puts the clock in."""

    def __init__(self) -> None:
        self._specs: dict[str, ModuleSpec] = {}
        self._asking = False

    def find_spec(self, fullname: str, path: object, target: types.ModuleType | None = None) -> ModuleSpec | None:
        if fullname not in (_PROGRAM, _RESULTS) or self._asking:
            return None
        self._asking = True  # the others: this one has nothing to say meanwhile
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._asking = False
        return None if spec is None else self._wrapped(fullname, spec)

    def _wrapped(self, name: str, spec: ModuleSpec) -> ModuleSpec:
        self._specs[name] = spec
        wrapped = importlib.util.spec_from_loader(name, self, origin=spec.origin)
        assert wrapped is not None
        wrapped.submodule_search_locations = spec.submodule_search_locations
        return wrapped

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        from calls import Kind, measure

        loader = self._specs[module.__name__].loader
        assert loader is not None
        loader.exec_module(module)
        if module.__name__ == _PROGRAM:
            for name in ("get", "set", "flush"):
                measure(module.Gegl.Buffer, name)
            measure(module.Gimp.Drawable, "update")
            measure(module.Gimp, "displays_flush")
        else:
            measure(module.NewLayer, "finish", Kind.OURS)


if os.environ.get("BURNISH_BENCHMARK_CALLS") and any("burnish-enhance" in argument for argument in sys.argv):
    sys.meta_path.insert(0, Watcher())
