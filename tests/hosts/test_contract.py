"""What every host must do, asked of every host that runs in our own process."""

import sys
from pathlib import Path

import pytest

from burnish.client import Layer
from burnish.hosts.contract import Host, Place, ResultPixels
from burnish.hosts.memory import MemoryHost
from burnish.wire.geometry import Depth, PixelFormat, Rect
from burnish.wire.sentences import BurnishError
from burnish.wire.shared_pixels import put_rows, rows_of
from panel_catalogue import noise

LAYER = noise(40, 30, 4)


class Memory:
    """Drives the host in memory as an artist would."""

    def __init__(self):
        self.host = MemoryHost()

    def open(self, layer: Layer | None):
        self.host.open(layer)

    def select(self, rect):
        self.host.select(rect)

    def remove_result(self):
        self.host.remove_result()

    def pixels(self) -> bytes:
        return bytes(self.host.targets[-1].pixels)

    def results(self) -> int:
        return sum(target.state == "finished" for target in self.host.targets)


class Standalone:
    """Drives our own window's host, without the window."""

    def __init__(self):
        from burnish.hosts.standalone.host import StandaloneHost
        from burnish.hosts.standalone.stage import Stage

        self.stage = Stage()
        self.host = StandaloneHost(self.stage)

    def open(self, layer: Layer | None):
        from burnish.hosts.standalone.document import Document
        from burnish.hosts.standalone.files.picture import Metadata, Picture

        if layer is None:
            self.stage.open(None)
            return
        import numpy as np

        pixels = np.frombuffer(layer.data, np.uint8).reshape(layer.format.height, layer.format.width, -1)
        self.stage.open(Document(Picture(layer.format, pixels, Metadata()), "photo.png", Path("photo.png")))

    def select(self, rect):
        self.host.select(rect)
        self.host._tell()

    def remove_result(self):
        self.stage.open(None)  # there is no other way: undo waits until the run has ended

    def pixels(self) -> bytes:
        return self.stage.result.pixels.tobytes()

    def results(self) -> int:
        return int(self.stage.result is not None and self.stage.result.complete)


@pytest.fixture(params=[Memory, Standalone], ids=["memory", "standalone"])
def artist(request, qapp):
    return request.param()


def test_it_fulfils_the_contract(artist):
    host: Host = artist.host
    assert host.name
    for scale in (1.0, 1.5, 2.0, 4.0):
        places = host.places(scale)
        assert places
        assert all(isinstance(place, Place) for place in places)
        assert len(set(places)) == len(places)
        if scale != 1:
            assert Place.REPLACE not in places  # what is larger does not fit where the source was
    assert isinstance(host.limits(), tuple)


def test_without_a_document_there_is_no_layer(artist):
    artist.open(None)
    assert artist.host.current_layer() is None
    assert artist.host.visible() is None
    with pytest.raises(BurnishError) as error:
        artist.host.read()
    assert error.value.failure.code == "no-layer"


def test_facts_and_pixels_agree(artist):
    artist.open(LAYER)
    facts = artist.host.current_layer()
    layer = artist.host.read()
    assert facts.format == layer.format == LAYER.format
    assert bytes(layer.bytes_view()) == bytes(LAYER.bytes_view())


def test_a_part_is_read_as_a_part(artist):
    artist.open(LAYER)
    rect = Rect(3, 5, 20, 10)
    layer = artist.host.read(rect)
    assert (layer.format.width, layer.format.height) == (20, 10)
    assert bytes(layer.bytes_view()) == rows_of(LAYER.bytes_view(), LAYER.format, rect)


def test_a_selection_is_told_and_noticed(artist):
    artist.open(LAYER)
    noticed = []
    artist.host.watch(lambda: noticed.append(artist.host.current_layer().selection))
    artist.select(Rect(1, 2, 10, 10))
    artist.select(None)
    assert noticed == [Rect(1, 2, 10, 10), None]


def test_a_soft_edge_is_told_only_of_what_is_selected(artist):
    artist.open(LAYER)
    assert artist.host.selection_mask(Rect(0, 0, 10, 10)) is None
    artist.select(Rect(1, 2, 10, 10))
    mask = artist.host.selection_mask(Rect(1, 2, 10, 10))
    mask = mask() if callable(mask) else mask
    assert mask is None or len(bytes(mask)) == 100


def test_a_soft_edge_belongs_to_the_region_that_is_asked_for():
    memory = Memory()
    memory.open(LAYER)
    mask = bytes(range(200))
    memory.host.select(Rect(5, 5, 20, 10), mask)
    assert memory.host.selection_mask(Rect(5, 5, 20, 10)) == mask
    assert memory.host.selection_mask(Rect(7, 6, 3, 2)) == mask[22:25] + mask[42:45]


def test_another_document_has_another_key(artist):
    artist.open(LAYER)
    first = artist.host.current_layer().key
    assert artist.host.current_layer().key == first
    artist.open(LAYER)
    assert artist.host.current_layer().key != first


def begin(artist, region=None, lost=lambda failure: None):
    artist.open(LAYER)
    facts = artist.host.current_layer()
    result = PixelFormat(80, 60, Depth.UINT8, 4)
    shared = bytearray(result.total_bytes)
    place = artist.host.places(2.0)[0]
    pixels = ResultPixels(result, memoryview(shared))
    target = artist.host.begin(place, facts, region or LAYER.format.bounds, pixels, lost)
    return target, result, shared


def paint(target, result, shared, rect, seed=1):
    """What the controller does with a finished tile: the worker's memory has it, then the host is told."""
    tile = noise(rect.width, rect.height, 4, seed)
    put_rows(memoryview(shared), result, rect, memoryview(tile.data))
    painted = []
    target.paint(rect, bytes(tile.data), lambda: painted.append(rect))
    assert painted == [rect]


def test_tiles_make_up_the_result(artist):
    target, result, shared = begin(artist)
    for number, rect in enumerate((Rect(0, 0, 50, 60), Rect(40, 0, 40, 60))):
        target.frame(rect)
        paint(target, result, shared, rect, number)
    target.frame(None)
    target.finish()
    assert artist.pixels() == bytes(shared)
    assert artist.results() == 1


def test_a_discarded_result_is_gone(artist):
    target, result, shared = begin(artist)
    paint(target, result, shared, Rect(0, 0, 80, 60))
    target.discard()
    assert artist.results() == 0


def test_a_result_that_was_removed_is_left_alone_and_told_at_most_once(artist):
    losses = []
    target, result, shared = begin(artist, lost=losses.append)
    paint(target, result, shared, Rect(0, 0, 40, 60))
    artist.remove_result()
    for rect in (Rect(40, 0, 20, 60), Rect(60, 0, 20, 60)):
        target.frame(rect)
        paint(target, result, shared, rect)  # which sees to it that the tile is given back, too
    target.frame(None)
    target.show_strength(0.5)
    target.finish()
    target.discard()
    assert losses in ([], [None])
    assert artist.results() == 0


def test_the_host_in_memory_notices_a_removed_result_when_it_paints():
    losses = []
    memory = Memory()
    target, result, shared = begin(memory, lost=losses.append)
    memory.remove_result()
    assert losses == []
    paint(target, result, shared, Rect(0, 0, 80, 60))
    assert losses == [None]


def test_strength_is_shown_or_declined(artist):
    target, result, shared = begin(artist)
    paint(target, result, shared, Rect(0, 0, 80, 60))
    target.finish()
    assert target.show_strength(0.5) in (True, False)


def test_the_contract_and_the_panel_load_no_numpy():
    """Krita's and GIMP's own Python may have none."""
    import subprocess

    code = (
        "import sys; sys.modules['numpy'] = None; import burnish.hosts.contract, burnish.hosts.memory, "
        "burnish.panel.panel; assert 'burnish.hosts.standalone' not in sys.modules"
    )
    plugin = str(Path(__file__).parents[2] / "plugin")
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": plugin, "PATH": "/usr/bin"})
