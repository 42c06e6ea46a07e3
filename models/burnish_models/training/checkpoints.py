"""Checkpoints: the whole state of a training on the disk, complete or not there at all, and never as program code.

A checkpoint is a folder of networks.safetensors, optimisers.safetensors, pools.safetensors and state.json.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor
from torch.optim import Optimizer

from burnish.wire.sentences import BurnishError
from burnish_models.training.state import Progress, State

FOLDER = "checkpoints"
_FORMAT = 1
_PREFIX = "step-"


def save_checkpoint(run: Path, state: State, keep: int) -> Path:
    """Write a checkpoint beside the others, let it appear at once, and remove all but the newest `keep`.

    Raises:
        OSError: where it cannot be written; the older checkpoints are as they were.
    """
    folder = run / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / f"{_PREFIX}{state.progress.step:08d}"
    beside = Path(tempfile.mkdtemp(prefix=".being-made-", dir=folder))
    try:
        _write(beside, state)
        if wanted.exists():
            shutil.rmtree(wanted)
        beside.replace(wanted)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    for old in _complete(folder)[:-keep]:
        shutil.rmtree(old)
    return wanted


def latest_checkpoint(run: Path) -> Path:
    """The newest checkpoint of a run's folder, or the folder itself where it is a checkpoint.

    Raises:
        BurnishError: "checkpoint-missing".
    """
    if (run / "state.json").is_file():
        return run
    found = _complete(run / FOLDER)
    if not found:
        raise BurnishError("checkpoint-missing", folder=str(run))
    return found[-1]


def load_checkpoint(checkpoint: Path, state: State) -> None:
    """Make `state`, which was built from the same recipe, what it was when the checkpoint was saved.

    Its optimisers must be those of the stage that `read_progress` tells.

    Raises:
        BurnishError: "checkpoint-damaged" where it cannot be read, or belongs to another recipe.
    """
    try:
        saved = safetensors.torch.load_file(checkpoint / "networks.safetensors")
        for name, network in state.networks.items():
            network.load_state_dict(_under(f"{name}/", saved))
        for name, average in state.averages.items():
            average.load_state_dict(_under(f"average/{name}/", saved))
        moments = safetensors.torch.load_file(checkpoint / "optimisers.safetensors")
        for name, optimiser in state.optimisers.items():
            _load_optimiser(optimiser, _under(f"{name}/", moments))
        kept = safetensors.torch.load_file(checkpoint / "pools.safetensors")
        for name, pool in state.pools.items():
            pool.kept = kept.get(name, torch.empty(0))
        state.progress = read_progress(checkpoint)
    except (OSError, SafetensorError, RuntimeError, KeyError, ValueError) as error:
        raise BurnishError("checkpoint-damaged", path=str(checkpoint), detail=str(error)) from error


def read_progress(checkpoint: Path) -> Progress:
    """How far the training was. Raises BurnishError("checkpoint-damaged")."""
    try:
        told = json.loads((checkpoint / "state.json").read_text(encoding="utf-8"))
        if told["format"] != _FORMAT:
            raise ValueError(f"its format is {told['format']}, not {_FORMAT}")
        return Progress(**told["progress"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BurnishError("checkpoint-damaged", path=str(checkpoint), detail=str(error)) from error


def _write(folder: Path, state: State) -> None:
    networks: dict[str, Tensor] = {}
    for name, network in state.networks.items():
        networks |= {f"{name}/{key}": value for key, value in network.state_dict().items()}
    for name, average in state.averages.items():
        networks |= {f"average/{name}/{key}": value for key, value in average.state_dict().items()}
    moments: dict[str, Tensor] = {}
    for name, optimiser in state.optimisers.items():
        moments |= {f"{name}/{key}": value for key, value in _moments(optimiser).items()}
    pools = {name: pool.kept for name, pool in state.pools.items() if len(pool.kept)}
    for file, tensors in (("networks", networks), ("optimisers", moments), ("pools", pools)):
        safetensors.torch.save_file(_plain(tensors), folder / f"{file}.safetensors")
    told = {"format": _FORMAT, "progress": asdict(state.progress)}
    (folder / "state.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def _plain(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """On the CPU, each with memory of its own, as safetensors wants them."""
    return {key: value.detach().cpu().contiguous().clone() for key, value in tensors.items()}


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def _moments(optimiser: Optimizer) -> dict[str, Tensor]:
    """Adam's means and counts, by "number of the parameter/what it is"."""
    state: dict[int, dict[str, Any]] = optimiser.state_dict()["state"]
    return {f"{number}/{key}": value for number, entries in state.items() for key, value in entries.items()}


def _load_optimiser(optimiser: Optimizer, moments: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in moments.items():
        number, _, key = name.partition("/")
        state.setdefault(int(number), {})[key] = value
    whole = optimiser.state_dict()
    optimiser.load_state_dict({**whole, "state": state})


def _complete(folder: Path) -> list[Path]:
    """Checkpoints, oldest first. What another process was about to write has another name."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name.startswith(_PREFIX) and path.is_dir())
