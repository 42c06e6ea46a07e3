"""The torch engine: its numbers, its precisions, and what it says when memory runs out."""

import subprocess
import sys
import textwrap

import pytest
import torch

from burnish_models.engines.torch_engine import TorchEngine
from engines.networks import child_environment, doubling, facts, picture


def test_float32_equals_the_network():
    network, batch = doubling(), picture(17, 23, count=2)
    runner = TorchEngine("cpu").prepare(network, facts())
    assert runner.precision == "float32"  # on the processor half precision brings nothing
    assert runner.batch_limit == 1
    result = runner.run(batch)
    assert result.dtype == torch.float32
    torch.testing.assert_close(result, network(batch), rtol=0, atol=1e-6)


def test_the_callers_network_stays_as_it_is():
    network = doubling()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    TorchEngine("cpu").prepare(network, facts(), "bfloat16").run(picture(8, 8))
    assert list(before) == list(network.state_dict())
    for name, value in network.state_dict().items():
        assert value.dtype == torch.float32
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)


@pytest.mark.parametrize(("precision", "figure"), [("float16", 2e-3), ("bfloat16", 2e-2)])
def test_half_precision_is_near_and_full_precision_is_exact(precision, figure):
    network, batch = doubling(), picture(16, 16)
    expected = network(batch)
    runner = TorchEngine("cpu").prepare(network, facts(), precision)
    assert runner.precision == precision
    near = runner.run(batch)
    assert near.dtype == torch.float32
    assert 1e-6 < (near - expected).abs().max() < figure  # really computed in half
    torch.testing.assert_close(runner.run(batch, full_precision=True), expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(runner.run(batch), near, rtol=0, atol=0)


def test_an_unknown_precision_is_refused():
    with pytest.raises(ValueError, match="int3"):
        TorchEngine("cpu").prepare(doubling(), facts(), "int3")


def test_a_run_that_cannot_fit_is_refused_before_it_starts():
    runner = TorchEngine("cpu").prepare(doubling(), facts(activation_bytes=1e15))
    with pytest.raises(MemoryError):
        runner.run(picture(32, 32))


def test_another_failure_is_not_taken_for_memory():
    runner = TorchEngine("cpu").prepare(doubling(), facts())
    with pytest.raises(RuntimeError, match="channels"):
        runner.run(torch.zeros(1, 4, 8, 8))


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")
@pytest.mark.parametrize("engine", ["torch", "openvino"])
@pytest.mark.parametrize("honesty", [1.0, 0.6])
def test_an_allocation_that_really_fails_is_a_memory_error(engine, honesty, tmp_path):
    """honesty: how much of what the network takes its facts admit; below 1 the allocator itself has to fail."""
    if engine == "openvino":
        pytest.importorskip("burnish_models.engines.quiet_openvino").import_openvino()
    code = f"""
        import resource
        from pathlib import Path
        import torch
        from engines.networks import doubling, facts, picture
        from burnish_models.engines.available import Engines

        torch.set_num_threads(1)
        network = doubling(features=64)
        taken = 4.0 * (64 + 64 + 12)  # two maps of features and the result, float32
        runner = Engines().open("{engine}", "cpu").prepare(network, facts(activation_bytes=taken * {honesty}))
        runner.run(picture(32, 32))
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        side = 1024
        room = int(taken * side * side * 0.8)
        resource.setrlimit(resource.RLIMIT_AS, (used + room, used + room))
        batch = torch.zeros(1, 1, 1, 1).expand(1, 3, side, side)
        try:
            runner.run(batch)
        except MemoryError as error:
            print("memory:", error.__class__.__name__)
        print("and a smaller one:", tuple(runner.run(picture(64, 64)).shape))
    """
    answer = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True, text=True, timeout=120, env=child_environment(tmp_path),
    )  # fmt: skip
    assert answer.stdout.splitlines() == ["memory: MemoryError", "and a smaller one: (1, 3, 128, 128)"], answer.stderr
