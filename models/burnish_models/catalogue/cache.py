"""Keeps converted weights between runs in the user's cache folder. A damaged or foreign entry is never used."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from pathlib import Path

import safetensors
import safetensors.torch
from torch import Tensor

from burnish_models.folders import replacing

_LOG = logging.getLogger(__name__)


class WeightsCache:
    """Converted weights by the SHA-256 of what they were converted from.

    An entry's file name carries the entry's own SHA-256 as well, so that one file, written at once, proves itself.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, source_sha256: str) -> dict[str, Tensor] | None:
        """The state dict made from that source, or None where there is no sound entry; unsound ones are removed."""
        for path in sorted(self.folder.glob(f"{source_sha256}-*.safetensors")):
            try:
                data = path.read_bytes()
                if path.stem.rpartition("-")[2] == hashlib.sha256(data).hexdigest():
                    return safetensors.torch.load(data)
            except (OSError, safetensors.SafetensorError) as error:
                _LOG.warning("cached weights %s cannot be read: %s", path, error)
            self._remove(path)
        return None

    def put(self, source_sha256: str, state: dict[str, Tensor]) -> None:
        """Keep a state dict. Where the folder cannot be written, nothing is kept and the log says so."""
        data = safetensors.torch.save(state)
        target = self.folder / f"{source_sha256}-{hashlib.sha256(data).hexdigest()}.safetensors"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(target) as beside:
                beside.write_bytes(data)
        except OSError as error:
            _LOG.warning("weights could not be cached in %s: %s", self.folder, error)

    def drop(self, source_sha256: str) -> None:
        """Forget what was kept for that source."""
        for path in self.folder.glob(f"{source_sha256}-*.safetensors"):
            self._remove(path)

    @staticmethod
    def _remove(path: Path) -> None:
        with contextlib.suppress(OSError):
            path.unlink()
