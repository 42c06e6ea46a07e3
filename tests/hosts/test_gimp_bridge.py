"""The two ends of the pipe between GIMP's plug-in and the panel, and the panel's host over one of them."""

from __future__ import annotations

import mmap
import os
import threading
from dataclasses import replace

import pytest

from burnish.hosts.contract import Place, ResultPixels
from burnish.hosts.gimp import messages
from burnish.hosts.gimp.bridge import Bridge
from burnish.hosts.gimp.host import GimpHost
from burnish.wire.geometry import Depth, PixelFormat, Rect, Transfer
from burnish.wire.sentences import BurnishError, Failure

LAYER = messages.LayerNow(
    image=3,
    drawable=7,
    document="cat.xcf",
    name="Portrait",
    width=8,
    height=4,
    depth=Depth.UINT8,
    channels=4,
    transfer=Transfer.SRGB,
    profile=1,
    profile_name="Display P3",
    selection=Rect(1, 1, 4, 2),
    replaceable=True,
    refusal=None,
)
PROFILE = b"an ICC profile"


class PlugInEnd:
    """What a plug-in would say and hear, without GIMP behind it."""

    def __init__(self, reading, writing):
        self.heard = []
        self.changed = threading.Condition()
        self.ended = threading.Event()
        self.bridge = Bridge(reading, writing, self._hear, self.ended.set)
        self.bridge.start()

    def _hear(self, message, data):
        with self.changed:
            self.heard.append((message, data))
            self.changed.notify_all()

    def wait_for(self, kind):
        """The next message of this kind and its bytes."""
        with self.changed:
            assert self.changed.wait_for(lambda: any(isinstance(each[0], kind) for each in self.heard), 20), kind
            return self.heard.pop(next(i for i, each in enumerate(self.heard) if isinstance(each[0], kind)))


def pipe():
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb", 0)


@pytest.fixture
def ends(qtbot):
    """The panel's host, and the plug-in that it talks to."""
    (panel_in, plugin_out), (plugin_in, panel_out) = pipe(), pipe()
    host = GimpHost(panel_in, panel_out)
    host.bridge.start()
    plugin = PlugInEnd(plugin_in, plugin_out)
    yield host, plugin
    plugin.bridge.close()
    host.bridge.close()


@pytest.fixture
def opened(ends, qtbot):
    """The same, with a layer that the host has been told of."""
    host, plugin = ends
    plugin.bridge.send(messages.Profile(1), PROFILE)
    plugin.bridge.send(messages.Facts(LAYER, 1))
    qtbot.waitUntil(lambda: host.current_layer() is not None)
    return host, plugin


def begun(host, plugin):
    """A result on its way, what it reported as lost, and its number."""
    lost = []
    result = ResultPixels(PixelFormat(8, 4, Depth.UINT8, 4), memoryview(bytearray(128)), "A model")
    target = host.begin(Place.NEW_LAYER, host.current_layer(), Rect(0, 0, 8, 4), result, lost.append)
    message, _data = plugin.wait_for(messages.Begin)
    return target, lost, message


def test_large_and_empty_blobs_arrive_in_order(qtbot):
    reading, writing = pipe()
    heard, all_there = [], threading.Event()

    def hear(message, data):
        heard.append((message, data))
        if len(heard) == 3:
            all_there.set()

    Bridge(reading, pipe()[1], hear, lambda: None).start()
    sender = Bridge(pipe()[0], writing, lambda *_: None, lambda: None)
    sender.start()
    blobs = [bytes(range(256)) * 40_000, b"", b"xyz"]
    for ticket, blob in enumerate(blobs):
        sender.send(messages.Fetched(ticket), memoryview(blob))
    assert all_there.wait(20)
    assert [message.ticket for message, _ in heard] == [0, 1, 2]
    assert [data for _, data in heard] == blobs


class Sizes:
    """Takes whatever is written, and keeps the sizes only."""

    def __init__(self):
        self.written = []

    def write(self, data):
        self.written.append(len(data))

    def flush(self):
        pass

    def close(self):
        pass


def test_a_layer_of_more_than_four_gigabytes_can_be_sent(tmp_path):
    size, sizes = 5 << 30, Sizes()
    with (tmp_path / "layer").open("w+b") as file:
        file.truncate(size)  # a hole, which takes no space
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            sender = Bridge(pipe()[0], sizes, lambda *_: None, lambda: None)
            sender.start()
            sender.send(messages.Fetched(1), data)
            sender.close()
    assert sizes.written[-1] == size


def test_what_cannot_be_sent_ends_the_connection_and_leaves_nobody_waiting(opened, qtbot):
    host, plugin = opened
    layer = host.read()
    plugin.wait_for(messages.Fetch)
    with qtbot.waitSignal(host.gone):
        host.bridge.send(messages.Forget(1), memoryview(b"12345678")[::2])  # not contiguous
    with pytest.raises(BurnishError):
        layer.bytes_view()
    assert plugin.ended.wait(20)


def test_the_layer_is_what_was_told(opened):
    host, _ = opened
    facts = host.current_layer()
    assert (facts.document, facts.name, facts.profile) == ("cat.xcf", "Portrait", "Display P3")
    assert facts.format == PixelFormat(8, 4, Depth.UINT8, 4, profile=PROFILE)
    assert facts.selection == Rect(1, 1, 4, 2)


def test_a_refusal_is_a_sentence_with_its_remedy(opened, qtbot):
    host, plugin = opened
    refused = messages.LayerNow(**{**vars(LAYER), "refusal": Failure("indexed", {"command": "Image > Mode > RGB"})})
    plugin.bridge.send(messages.Facts(refused, 1))
    qtbot.waitUntil(lambda: bool(host.current_layer().refusal))
    assert "Image > Mode > RGB" in host.current_layer().refusal


def test_what_has_no_pixels_of_its_own_cannot_be_replaced(opened, qtbot):
    host, plugin = opened
    assert Place.REPLACE in host.places(1.0)
    plugin.bridge.send(messages.Facts(replace(LAYER, name="Text", replaceable=False), 1))
    qtbot.waitUntil(lambda: host.current_layer().name == "Text")
    assert host.places(1.0) == (Place.NEW_LAYER, Place.NEW_IMAGE)


def test_pixels_are_asked_for_at_once_and_waited_for_later(opened):
    host, plugin = opened
    layer = host.read()
    message, _ = plugin.wait_for(messages.Fetch)
    assert (message.drawable, message.rect, message.channels) == (7, Rect(0, 0, 8, 4), 4)
    plugin.bridge.send(messages.Fetched(message.ticket), bytes(range(128)))
    assert bytes(layer.bytes_view()) == bytes(range(128))


def test_pixels_that_cannot_be_had_end_in_a_failure(opened):
    host, plugin = opened
    layer = host.read()
    message, _ = plugin.wait_for(messages.Fetch)
    plugin.bridge.send(messages.Fetched(message.ticket, Failure("layer-changed", {"name": "Portrait"})))
    with pytest.raises(BurnishError) as caught:
        layer.bytes_view()
    assert caught.value.failure.code == "layer-changed"


def test_a_mask_without_an_edge_is_none(opened):
    host, plugin = opened
    mask = host.selection_mask(Rect(1, 1, 4, 2))
    message, _ = plugin.wait_for(messages.FetchMask)
    plugin.bridge.send(messages.Fetched(message.ticket))
    assert mask() is None


def test_tiles_count_as_painted_when_the_plug_in_says_so(opened, qtbot):
    host, plugin = opened
    target, _, begin = begun(host, plugin)
    assert "A model" in begin.name and "Portrait" in begin.name
    painted = []
    target.paint(Rect(0, 0, 2, 2), b"0123456789abcdef", lambda: painted.append(True))
    message, data = plugin.wait_for(messages.Paint)
    assert data == b"0123456789abcdef"
    assert not painted and target.under_way == 1
    plugin.bridge.send(messages.Painted(begin.target, message.ticket))
    qtbot.waitUntil(lambda: bool(painted))
    assert target.under_way == 0


def test_a_lost_result_frees_what_is_under_way_and_is_never_painted_again(opened, qtbot):
    host, plugin = opened
    target, lost, begin = begun(host, plugin)
    painted = []
    target.paint(Rect(0, 0, 1, 1), b"1234", lambda: painted.append("before"))
    plugin.wait_for(messages.Paint)
    plugin.bridge.send(messages.Lost(begin.target, None))
    qtbot.waitUntil(lambda: lost == [None])
    target.paint(Rect(0, 0, 1, 1), b"1234", lambda: painted.append("after"))
    target.finish()
    target.discard()
    assert painted == ["before", "after"]
    host.read()
    plugin.wait_for(messages.Fetch)  # what was sent before it has been heard by then
    assert not [each for each, _ in plugin.heard if isinstance(each, (messages.Paint, messages.Finish))]


def test_the_plug_in_forgets_a_result_that_nobody_holds(opened):
    host, plugin = opened
    target, _, begin = begun(host, plugin)
    del target
    message, _ = plugin.wait_for(messages.Forget)
    assert message.target == begin.target


def test_the_end_of_gimp_is_told_and_leaves_nobody_waiting(opened, qtbot):
    host, plugin = opened
    layer = host.read()
    plugin.wait_for(messages.Fetch)
    with qtbot.waitSignal(host.gone):
        plugin.bridge.close()
    with pytest.raises(BurnishError) as caught:
        layer.bytes_view()
    assert caught.value.failure.code == "pixels-not-had"
    with pytest.raises(BurnishError):
        host.read().bytes_view()


def test_nonsense_ends_the_connection(ends, qtbot):
    host, plugin = ends
    with qtbot.waitSignal(host.gone):
        plugin.bridge.send(Rect(0, 0, 1, 1))
