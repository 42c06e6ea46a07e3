"""The OpenVINO engine: its numbers, its precision, and the conversions it keeps."""

import os

import pytest
import torch
from torch import nn
from torch.nn import functional

from burnish_models.engines import converted as conversions
from burnish_models.engines.converted import KEPT, converted, key_of
from burnish_models.engines.quiet_openvino import import_openvino, is_installed
from engines.networks import doubling, facts, picture

pytestmark = pytest.mark.skipif(not is_installed(), reason="OpenVINO is an extra")


@pytest.fixture
def engine(tmp_path):
    from burnish_models.engines.openvino_engine import OpenVinoEngine

    return OpenVinoEngine("cpu", tmp_path / "openvino")


def test_float32_equals_the_network_at_every_size(engine):
    network = doubling()
    runner = engine.prepare(network, facts())
    assert runner.precision == "float32"
    for height, width, count in ((16, 16, 1), (9, 31, 1), (40, 24, 3), (16, 16, 1)):
        batch = picture(height, width, count)
        result = runner.run(batch)
        assert result.dtype == torch.float32
        torch.testing.assert_close(result, network(batch), rtol=0, atol=1e-5)


class Shuffling(nn.Module):
    """Pixels into channels, one convolution, and back: a network of the same size."""

    def __init__(self, factor):
        super().__init__()
        torch.manual_seed(0)
        self.factor = factor
        self.convolution = nn.Conv2d(3 * factor**2, 3 * factor**2, 1).requires_grad_(False)

    def forward(self, x):
        x = functional.pixel_unshuffle(x, self.factor)
        return functional.pixel_shuffle(self.convolution(x), self.factor)


@pytest.mark.parametrize("factor", [2, 4])
def test_pixel_shuffles_keep_the_order_of_channels(engine, factor):
    network, batch = Shuffling(factor).eval(), picture(8 * factor, 12 * factor)
    runner = engine.prepare(network, facts(scale=1, multiple=factor))
    torch.testing.assert_close(runner.run(batch), network(batch), rtol=0, atol=1e-5)
    kinds = {node.get_type_name() for node in conversions.convert(network).get_ops()}
    assert {"DepthToSpace", "SpaceToDepth"} <= kinds  # three times as fast as reshaping and transposing


def test_a_batch_that_is_a_view_of_something_larger(engine):
    network, whole = doubling(), picture(40, 40).to(memory_format=torch.channels_last)
    window = whole[:, :, 3:19, 5:37]
    torch.testing.assert_close(engine.prepare(network, facts()).run(window), network(window), rtol=0, atol=1e-5)


def test_results_do_not_share_memory(engine):
    runner = engine.prepare(doubling(), facts())
    first = runner.run(picture(16, 16, seed=1))
    kept = first.clone()
    runner.run(picture(16, 16, seed=2))
    torch.testing.assert_close(first, kept, rtol=0, atol=0)


def test_bfloat16_only_when_asked(engine):
    """OpenVINO's own default on processors with bfloat16 units is bfloat16."""
    if "bfloat16" not in engine.precisions():
        with pytest.raises(ValueError, match="bfloat16"):
            engine.prepare(doubling(), facts(), "bfloat16")
        return
    network, batch = doubling(features=32), picture(32, 32)
    expected = network(batch)
    runner = engine.prepare(network, facts(), "bfloat16")
    assert 1e-4 < (runner.run(batch) - expected).abs().max() < 2e-2
    torch.testing.assert_close(runner.run(batch, full_precision=True), expected, rtol=0, atol=1e-5)
    torch.testing.assert_close(engine.prepare(network, facts()).run(batch), expected, rtol=0, atol=1e-5)


def test_a_run_that_cannot_fit_is_refused_before_it_starts(engine):
    with pytest.raises(MemoryError):
        engine.prepare(doubling(), facts(activation_bytes=1e15)).run(picture(32, 32))


def test_another_failure_is_not_taken_for_memory(engine):
    with pytest.raises(RuntimeError, match="shape"):
        engine.prepare(doubling(), facts()).run(torch.zeros(1, 4, 8, 8))


# --- what is kept --------------------------------------------------------------------------------------------------


def output_of(model, batch):
    openvino = import_openvino()
    settings = {"INFERENCE_PRECISION_HINT": openvino.Type.f32}
    return torch.from_numpy(openvino.Core().compile_model(model, "CPU", settings)([batch.numpy()])[0])


def test_a_network_is_converted_once(tmp_path, monkeypatch):
    network, batch, calls = doubling(), picture(12, 12), []
    real = conversions.convert
    monkeypatch.setattr(conversions, "convert", lambda network, *rest: calls.append(network) or real(network, *rest))
    for _ in range(2):
        torch.testing.assert_close(output_of(converted(network, tmp_path), batch), network(batch), rtol=0, atol=1e-5)
    assert len(calls) == 1


def test_other_weights_are_another_network(tmp_path):
    a, b = doubling(seed=1), doubling(seed=2)
    assert key_of(a) != key_of(b)
    assert key_of(a) == key_of(doubling(seed=1))
    converted(a, tmp_path)
    batch = picture(12, 12)
    torch.testing.assert_close(output_of(converted(b, tmp_path), batch), b(batch), rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", ["network.bin", "network.xml"])
@pytest.mark.parametrize("left", [0.0, 0.5])
def test_a_damaged_conversion_is_made_again(tmp_path, name, left):
    network, batch = doubling(), picture(12, 12)
    converted(network, tmp_path)
    (entry,) = tmp_path.iterdir()
    path = entry / name
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * left)])
    torch.testing.assert_close(output_of(converted(network, tmp_path), batch), network(batch), rtol=0, atol=1e-5)
    assert path.stat().st_size > 0
    assert len(list(tmp_path.iterdir())) == 1


def test_no_place_to_keep_it_is_no_failure(tmp_path):
    nowhere = tmp_path / "a file"
    nowhere.write_text("")
    network, batch = doubling(), picture(12, 12)
    torch.testing.assert_close(output_of(converted(network, nowhere), batch), network(batch), rtol=0, atol=1e-5)


def test_old_conversions_and_abandoned_ones_go(tmp_path):
    for number in range(KEPT + 3):
        folder = tmp_path / f"old-{number:02}"
        folder.mkdir()
        os.utime(folder, (number + 1, number + 1))
    (tmp_path / ".making-dead").mkdir()
    os.utime(tmp_path / ".making-dead", (1, 1))
    (tmp_path / ".making-alive").mkdir()
    converted(doubling(), tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert ".making-dead" not in names
    assert ".making-alive" in names
    assert len(names) == KEPT + 1
    assert "old-00" not in names
    assert f"old-{KEPT + 2:02}" in names
