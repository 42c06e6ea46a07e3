"""The catalogue: which models exist, where their weights are, and a ready network for any of them.

Listing it needs no torch, so that a worker answers before it has loaded torch.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import burnish
from burnish.wire.messages import ModelCard, Models
from burnish.wire.runtime import cache_path
from burnish.wire.sentences import BurnishError
from burnish_models.catalogue import own_file, package_file
from burnish_models.catalogue.entries import BEST, ENTRIES, FAST
from burnish_models.catalogue.model import Model, OwnFile, PackageFile, UserFile

if TYPE_CHECKING:
    from torch import nn

_FILE_SUFFIXES = (".safetensors", ".pth", ".pt")


class Catalogue:
    """Models by name, and weights files of the user's by path.

    Args:
        cache_folder: where converted weights are kept; the user's cache folder when left out.
        package_folder: where an installed package lies, by its import name.
    """

    def __init__(
        self,
        cache_folder: Path | None = None,
        package_folder: Callable[[str], Path | None] = package_file.installed_folder,
    ) -> None:
        self._cache_folder = cache_folder
        self._package_folder = package_folder

    def models(self) -> tuple[Model, ...]:
        return ENTRIES

    def cards(self, seconds_per_megapixel: Mapping[str, float]) -> Models:
        """The catalogue as fronts show it; the mapping holds what has been measured on this machine, by model name."""
        cards = tuple(self._card(model, seconds_per_megapixel.get(model.name)) for model in ENTRIES)
        return Models(cards, best=BEST, fast=FAST)

    def installed(self, model: Model) -> bool:
        """Whether the model's weights are on this machine; their checksum is checked when they are loaded."""
        if isinstance(model.source, UserFile):
            return model.source.path.is_file()
        if isinstance(model.source, OwnFile):
            return own_file.path_of(model.source).is_file()
        folder = self._package_folder(model.source.module)
        return folder is not None and all(path.is_file() for path in package_file.paths_of(model.source, folder))

    def find(self, name_or_path: str) -> Model:
        """The model with this name, or the one in the weights file at this path.

        Raises:
            BurnishError: "unknown-model", "model-file-missing", "model-file-unreadable", "model-file-unsafe" or
                "model-not-recognised".
        """
        for model in ENTRIES:
            if model.name == name_or_path:
                return model
        path = Path(name_or_path).expanduser()
        if path.suffix.lower() in _FILE_SUFFIXES or len(path.parts) > 1 or path.is_file():
            from burnish_models.catalogue.user_model import describe

            return describe(path)
        names = [model.name for model in ENTRIES]
        close = difflib.get_close_matches(name_or_path, names, n=3, cutoff=0.5)
        raise BurnishError("unknown-model", name=name_or_path, known=", ".join(close or names))

    def load(self, model: Model) -> nn.Module:
        """The model's network with its weights: float32, in eval mode, without gradients.

        Raises:
            BurnishError: "model-package-missing" or "model-corrupt"; for a user's file as `find`.
        """
        if isinstance(model.source, UserFile):
            from burnish_models.catalogue.user_model import load

            return load(model, model.source)
        if isinstance(model.source, OwnFile):
            return own_file.load_own_model(model, model.source)
        from burnish_models.catalogue.cache import WeightsCache
        from burnish_models.catalogue.package_model import load_package_model

        cache = WeightsCache(self._cache_folder or cache_path() / "weights")
        return load_package_model(model, model.source, self._package_folder(model.source.module), cache)

    def _card(self, model: Model, seconds_per_megapixel: float | None) -> ModelCard:
        source, sha256 = "", ""
        if isinstance(model.source, PackageFile):
            source, sha256 = f"{model.source.package} {model.source.version}", model.source.sha256
        elif isinstance(model.source, OwnFile):
            source, sha256 = f"burnish {burnish.__version__}", model.source.sha256
        return ModelCard(
            name=model.name,
            title=model.title,
            purpose=model.purpose,
            tasks=model.tasks,
            scale=model.scale,
            network=model.network,
            tiling=model.facts.tiling,
            seam=model.facts.seam,
            licence=model.licence,
            credit=model.credit,
            source=source,
            sha256=sha256,
            installed=self.installed(model),
            seconds_per_megapixel=seconds_per_megapixel,
        )
