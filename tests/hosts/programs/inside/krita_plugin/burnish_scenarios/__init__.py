"""Lets Krita run scenarios: loads the package `inside` from the checkout and starts its runner."""

import importlib.util
import os
import sys


def _load(name: str, folder: str) -> None:
    spec = importlib.util.spec_from_file_location(
        name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


if os.environ.get("BURNISH_SCENARIOS"):
    _load("inside", os.environ["BURNISH_SCENARIO_INSIDE"])
    from inside import krita_runner

    krita_runner.start()
