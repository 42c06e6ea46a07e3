"""Networks as OpenVINO models, kept in the user's cache so that a large one is traced once and not at every start."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import inspect
import logging
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn

from burnish_models.engines.quiet_openvino import import_openvino
from burnish_models.engines.rewrite import with_faster_layers
from burnish_models.folders import cache_folder

KEPT = 12  # converted networks; the one unused for longest goes first
_EXAMPLE_SIDE = 16
_MAKING = ".making-"
_ABANDONED_AFTER_SECONDS = 3600.0

_log = logging.getLogger(__name__)


def converted(network: nn.Module, folder: Path | None = None, multiple: int = 1) -> Any:
    """The network as an openvino.Model, float32, with free batch size, height and width.

    Args:
        network: float32, in eval mode, RGB in and out.
        folder: where conversions are kept; the user's cache folder when left out.
        multiple: Facts.multiple, which the size that the network is traced at has to be.
    """
    try:
        folder = folder or cache_folder("openvino")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _log.warning("converted networks cannot be kept: %s", error)
        return convert(network, multiple)
    entry = folder / key_of(network)
    model = _read(entry)
    if model is None:
        model = convert(network, multiple)
        _keep(model, entry)
    return model


def convert(network: nn.Module, multiple: int = 1) -> Any:
    """Trace the network, without an ONNX file in between. multiple: as in `converted`."""
    openvino = import_openvino()
    side = -(-_EXAMPLE_SIDE // multiple) * multiple
    example = torch.zeros(1, 3, side, side)
    # Traced here, because OpenVINO would run the network six more times to check the trace; on one thread, because
    # hundreds of tiny convolutions spend their time waiting for each other's threads (x4plus: 41 s become 3). Its
    # successor torch.export gives the same numbers, but conversion then takes thirteen times as long.
    with torch.no_grad(), _one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        # torch's own layers ask how many channels they have, which a trace takes for a question about the picture.
        warnings.filterwarnings("ignore", "Converting a tensor to a Python boolean")
        traced = torch.jit.trace(with_faster_layers(network), example, check_trace=False)
    model = openvino.convert_model(traced, extension=_layers_of_openvino())
    model.reshape({0: openvino.PartialShape([-1, 3, -1, -1])})
    return model


def _layers_of_openvino() -> list[Any]:
    """Pixel shuffles as OpenVINO's own layer. Left to itself it takes three, which cost 4 % of a compact network."""
    openvino = import_openvino()
    extension = importlib.import_module("openvino.frontend.pytorch").ConversionExtension
    layers = openvino.opset15

    def with_layer(layer: Any) -> Callable[[Any], Any]:
        def convert_node(node: Any) -> Any:
            factor = node.get_values_from_const_input(1, dtype=int)
            return layer(node.get_input(0), "depth_first", factor).outputs()  # the order of channels that torch has

        return convert_node

    return [
        extension("aten::pixel_shuffle", with_layer(layers.depth_to_space)),
        extension("aten::pixel_unshuffle", with_layer(layers.space_to_depth)),
    ]


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def key_of(network: nn.Module) -> str:
    """A name that changes with the weights, the network's structure and code, ours, and the versions that convert."""
    digest = hashlib.sha256()
    openvino = import_openvino()
    for text in (openvino.get_version(), torch.__version__, str(network)):
        digest.update(text.encode() + b"\0")
    own = {type(layer) for layer in network.modules() if not type(layer).__module__.startswith("torch.")}
    sources = {inspect.getfile(kind) for kind in own} | {__file__, inspect.getfile(with_faster_layers)}
    for source in sorted(sources):
        digest.update(Path(source).read_bytes())
    for name, value in sorted(network.state_dict().items()):
        digest.update(name.encode() + b"\0")
        digest.update(value.detach().contiguous().numpy().data)
    return digest.hexdigest()[:32]


def _read(entry: Path) -> Any | None:
    path = entry / "network.xml"
    if not path.is_file():
        return None
    try:
        model = import_openvino().Core().read_model(path)
    except RuntimeError as error:  # OpenVINO's own errors. A file cut short never passes: it checks every size
        _log.warning("%s is unreadable and is made again: %s", path, error)
        shutil.rmtree(entry, ignore_errors=True)
        return None
    with contextlib.suppress(OSError):
        os.utime(entry)  # "used now", for _forget_oldest
    return model


def _keep(model: Any, entry: Path) -> None:
    """Write beside and rename, so that nobody reads half a conversion. Failing costs only time at the next start."""
    try:
        with tempfile.TemporaryDirectory(prefix=_MAKING, dir=entry.parent) as holder:
            beside = Path(holder) / "made"
            beside.mkdir()
            import_openvino().save_model(model, beside / "network.xml", compress_to_fp16=False)
            beside.replace(entry)
    except (OSError, RuntimeError) as error:
        # Another worker may have been faster; any other reason is worth a line in the log.
        if not entry.is_dir():
            _log.warning("a converted network could not be kept in %s: %s", entry.parent, error)
    _forget_oldest(entry.parent)


def _forget_oldest(folder: Path) -> None:
    """Remove the conversions unused for longest, and what an interrupted one left behind."""
    with contextlib.suppress(OSError):
        entries = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
        making = [path for path in entries if path.name.startswith(_MAKING)]
        abandoned = [path for path in making if time.time() - path.stat().st_mtime > _ABANDONED_AFTER_SECONDS]
        finished = [path for path in entries if path not in making]
        for path in (*abandoned, *finished[:-KEPT]):
            shutil.rmtree(path, ignore_errors=True)
