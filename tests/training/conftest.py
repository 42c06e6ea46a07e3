"""Training tests compute on one thread: their networks are so small that more only wait for each other.

test_recipes.py, which trains for minutes a recipe, is collected only where the command line names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from training.recipes_for_tests import make_pictures


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    named = any("test_recipes" in argument for argument in config.invocation_params.args)
    return True if collection_path.name == "test_recipes.py" and not named else None


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tiny pictures."""
    return make_pictures(tmp_path_factory.mktemp("pictures"))
