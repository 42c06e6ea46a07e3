"""Reads weights that the user pointed to. Only tensors are ever read; nothing in a file is run."""

from __future__ import annotations

import io
import pickle
import pickletools
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from burnish.wire.sentences import BurnishError

SUFFIXES = (".safetensors", ".pth", ".pt")

_WRAPPERS = ("params_ema", "params", "state_dict", "model_state_dict", "net_g", "generator", "model")
_PREFIX = "module."
_LARGEST_HEADER = 16 * 2**20  # a safetensors header of a network with 100,000 tensors is about 10 MB
# Where a refused pickle's names come from anything else, the file holds program code and is not merely damaged.
_TENSOR_MODULES = ("torch", "torch._utils", "torch._tensor", "torch.nn.parameter", "torch.storage", "collections")


def read_state(path: Path) -> dict[str, Tensor]:
    """The floating-point tensors of a .safetensors, .pth or .pt file, freed from the usual wrappers.

    Tensors may be mapped from the file: copy what is to be kept.

    Raises:
        BurnishError: "model-file-missing", "file-unreadable" where the system does not let us, "model-file-unreadable"
            where it is damaged or something else, or "model-file-unsafe" where opening it would run code.
    """
    if not path.exists():
        raise BurnishError("model-file-missing", path=str(path))
    if not path.is_file():
        raise _unreadable(path, "it is no file")
    try:
        size = path.stat().st_size
        if path.suffix.lower() == ".safetensors":
            loaded: Any = _read_safetensors(path, size)
        elif path.suffix.lower() in SUFFIXES:
            loaded = _read_torch(path, size)
        else:
            raise _unreadable(path, f"its name must end in {', '.join(SUFFIXES)}")
    except OSError as error:
        reason = error.strerror or str(error)
        raise BurnishError("file-unreadable", detail=str(error), path=str(path), reason=reason) from error
    state = unwrap(loaded)
    if sum(value.numel() * value.element_size() for value in state.values()) > size:
        raise _unreadable(path, "its tensors claim more data than it holds")
    return state


def unwrap(loaded: Any) -> dict[str, Tensor]:
    """The state dict inside what a training program saved, under "params_ema", say, and with "module." in front."""
    for name in _WRAPPERS:
        if isinstance(loaded, Mapping) and isinstance(loaded.get(name), Mapping):
            return unwrap(loaded[name])
    if not isinstance(loaded, Mapping):
        return {}
    return {
        key.removeprefix(_PREFIX): value
        for key, value in loaded.items()
        if isinstance(key, str) and _is_plain_weight(value)
    }


def _is_plain_weight(value: Any) -> bool:
    return (
        isinstance(value, Tensor)
        and value.layout == torch.strided
        and value.device.type == "cpu"
        and value.is_floating_point()
    )


def _read_safetensors(path: Path, size: int) -> dict[str, Tensor]:
    with path.open("rb") as file:
        header = int.from_bytes(file.read(8), "little")
    if size < 8 or header > min(size - 8, _LARGEST_HEADER):
        raise _unreadable(path, "its header does not fit into it")
    try:
        return safetensors.torch.load_file(path)
    except safetensors.SafetensorError as error:
        raise _unreadable(path, _first_line(error)) from error


def _read_torch(path: Path, size: int) -> Any:
    zipped = zipfile.is_zipfile(path)
    if zipped:
        _check_archive(path, size)
    elif _starts_like_zip(path):
        raise _unreadable(path, "a zip archive without its directory: it is cut off")
    try:
        # mmap: a file of many gigabytes that is no network of ours is refused without reading it.
        return torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except Exception as error:
        # torch.load raises whatever its parts raise; here it only decides between two sentences.
        if _wants_code(path, zipped):
            raise BurnishError("model-file-unsafe", detail=_first_line(error), path=str(path)) from error
        raise _unreadable(path, _first_line(error)) from error


def _starts_like_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _check_archive(path: Path, size: int) -> None:
    """Refuses what torch.save never writes: compressed entries, which could be a bomb, and TorchScript programs."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        raise _unreadable(path, _first_line(error)) from error
    if any(entry.filename.endswith("/constants.pkl") or "/code/" in entry.filename for entry in entries):
        raise BurnishError("model-file-unsafe", detail="a TorchScript archive", path=str(path))
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries) or sum(e.file_size for e in entries) > size:
        raise _unreadable(path, "it is compressed")


def _wants_code(path: Path, zipped: bool) -> bool:
    """Whether a pickle names something other than tensors. Reads the opcodes; runs none of them."""
    try:
        if not zipped:
            with path.open("rb") as file:
                return any(_names_code(file) for _ in range(5))  # the older format is five pickles in a row
        with zipfile.ZipFile(path) as archive:
            pickles = [entry for entry in archive.namelist() if entry.endswith(".pkl")]
            return any(_names_code(io.BytesIO(archive.read(entry))) for entry in pickles)
    except (OSError, ValueError, zipfile.BadZipFile, pickle.UnpicklingError):
        return False


def _names_code(file: Any) -> bool:
    strings: list[str] = []
    for opcode, argument, _ in pickletools.genops(file):
        if opcode.name in ("GLOBAL", "INST"):
            module = str(argument).partition(" ")[0]
        elif opcode.name == "STACK_GLOBAL":
            module = strings[-2] if len(strings) > 1 else ""
        else:
            if isinstance(argument, str):
                strings.append(argument)
            continue
        if module not in _TENSOR_MODULES:
            return True
    return False


def _unreadable(path: Path, reason: str) -> BurnishError:
    return BurnishError("model-file-unreadable", detail=reason, path=str(path))


def _first_line(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return text.splitlines()[0].rstrip(". ")
