"""The chooser takes what was asked, else what was measured fastest, and says which and why."""

import os
import threading

import pytest
import torch

from burnish.wire.messages import EngineCard
from burnish.wire.sentences import BurnishError
from burnish_models.engines import choose as choosing
from burnish_models.engines.available import Engines
from burnish_models.engines.choose import Chooser
from burnish_models.engines.measure import FEWEST_ROUNDS, Measured, measure, measured_side
from burnish_models.engines.speeds import Kind, Speed, SpeedBook
from burnish_models.engines.torch_engine import TorchEngine
from engines.networks import doubling, facts, picture

KEY = "weights"


class Renamed(TorchEngine):
    """torch on this processor, under another name."""

    def __init__(self, name, device):
        super().__init__("cpu")
        self.name, self.shown_as = name, device

    def prepare(self, network, facts, precision="auto"):
        self.device = "cpu"
        runner = super().prepare(network, facts, precision)
        self.device = self.shown_as
        return runner


class Shop(Engines):
    """Engines of a made-up machine. Each is torch on this processor under another name, or fails as told."""

    def __init__(self, *places, failing=None):
        super().__init__()
        self.places = places
        self.failing = failing or {}
        self.opened = []

    def cards(self):
        return tuple(EngineCard(engine, device, True, "1", "") for engine, device in self.places)

    def open(self, engine, device):
        self.opened.append((engine, device))
        failure = self.failing.get((engine, device))
        if failure is not None:
            raise failure
        return Renamed(engine, device)


BOTH = (("torch", "cpu"), ("openvino", "cpu"))
GPU = (("torch", "cuda"), *BOTH)


@pytest.fixture
def book(tmp_path):
    return SpeedBook(tmp_path / "speeds", machine=lambda device: f"test-{device}")


def compared(book, **seconds):
    for engine, value in seconds.items():
        book.put(Kind.COMPARED, engine, "cpu", KEY, Speed(value, facts().multiply_adds))


def choose(shop, book, engine="auto", device="auto", **more):
    return Chooser(shop, book).choose(engine, device, doubling(), facts(), KEY, **more)


@pytest.mark.parametrize(("torch_speed", "best", "ratio"), [(3e-6, "openvino", "3.00"), (0.5e-6, "torch", "2.00")])
def test_the_faster_of_two_measured_ones(book, torch_speed, best, ratio):
    compared(book, torch=torch_speed, openvino=1e-6)
    shop, measuring = Shop(*BOTH), []
    choice = choose(shop, book, on_measuring=lambda: measuring.append(1))
    assert choice.engine.name == best
    assert choice.reason.code == "engine-fastest"
    assert choice.reason.values == {"ratio": ratio, "other": "torch" if best == "openvino" else "openvino"}
    assert not measuring
    assert shop.opened == [(best, "cpu")]  # the other one costs no time
    torch.testing.assert_close(choice.runner.run(picture(8, 8)), doubling()(picture(8, 8)), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("torch_speed", "best", "code"), [(0.8e-6, "openvino", "engine-usual"), (0.4e-6, "torch", "engine-fastest")]
)
def test_a_disturbed_comparison_overrules_the_usual_only_where_the_difference_is_large(book, torch_speed, best, code):
    for engine, seconds in (("torch", torch_speed), ("openvino", 1e-6)):
        book.put(Kind.COMPARED, engine, "cpu", KEY, Speed(seconds, facts().multiply_adds, steady=False))
    choice = choose(Shop(*BOTH), book)
    assert (choice.engine.name, choice.reason.code) == (best, code)


def test_what_was_never_compared_is_measured_once_and_remembered(book):
    measuring = []
    first = choose(Shop(*BOTH), book, on_measuring=lambda: measuring.append(1))
    assert first.reason.code in ("engine-fastest", "engine-usual")
    assert measuring == [1]
    for engine, device in BOTH:
        assert book.get(Kind.COMPARED, engine, device, KEY) is not None
    again = choose(Shop(*BOTH), book, on_measuring=lambda: measuring.append(1))
    assert measuring == [1]
    assert again.engine.name == first.engine.name
    assert again.seconds == first.seconds > 0


def test_a_job_under_load_does_not_change_the_choice(book):
    compared(book, torch=2e-6, openvino=1e-6)
    chooser = Chooser(Shop(*BOTH), book)
    choice = chooser.choose("auto", "auto", doubling(), facts(), KEY)
    chooser.record(choice, facts(), KEY, 9e-6)
    again = chooser.choose("auto", "auto", doubling(), facts(), KEY)
    assert again.engine.name == "openvino"
    assert again.seconds == 9e-6  # but estimates follow what was seen last


def test_asked_is_asked(book):
    compared(book, torch=9e-6, openvino=1e-6)
    choice = choose(Shop(*BOTH), book, engine="torch")
    assert choice.engine.name == "torch"
    assert choice.reason.code == "engine-asked"
    assert choice.seconds == 9e-6


def test_the_only_engine_is_measured_where_nothing_is_known_and_never_again(book):
    measuring = []
    choice = choose(Shop(("torch", "cpu")), book, on_measuring=lambda: measuring.append(1))
    assert choice.reason.code == "engine-only"
    assert choice.seconds is not None
    chooser = Chooser(Shop(("torch", "cpu")), book)
    chooser.choose("auto", "auto", doubling(seed=2), facts(), "other", on_measuring=lambda: measuring.append(1))
    assert measuring == [1]


def test_a_graphics_card_comes_before_the_processor_and_the_processor_helps_out(book):
    assert choose(Shop(*GPU), book).engine.device == "cuda"
    broken = Shop(*GPU, failing={("torch", "cuda"): MemoryError("full")})
    assert choose(broken, book).engine.device == "cpu"
    with pytest.raises(MemoryError):
        choose(broken, book, device="cuda")


def test_an_engine_that_does_not_load_is_passed_over(book):
    shop = Shop(*BOTH, failing={("openvino", "cpu"): OSError("a library is missing")})
    choice = choose(shop, book)
    assert choice.engine.name == "torch"
    assert choice.reason.code == "engine-only"
    with pytest.raises(BurnishError) as caught:
        choose(shop, book, engine="openvino")
    assert caught.value.failure.code == "engine-missing"
    assert "a library is missing" in caught.value.failure.detail


def test_the_fastest_that_has_since_broken_gives_way(book):
    compared(book, torch=9e-6, openvino=1e-6)
    choice = choose(Shop(*BOTH, failing={("openvino", "cpu"): ImportError("gone")}), book)
    assert choice.engine.name == "torch"


def test_a_resumed_jobs_precision_is_kept(book):
    assert choose(Shop(*BOTH), book, engine="torch", precision="bfloat16").runner.precision == "bfloat16"


# --- estimates -----------------------------------------------------------------------------------------------------


def test_nothing_known_is_no_estimate(book):
    assert Chooser(Shop(*BOTH), book).seconds_per_pixel("auto", "auto", facts(), KEY) is None


def test_an_estimate_is_the_faster_engines(book):
    compared(book, torch=3e-6, openvino=1e-6)
    chooser = Chooser(Shop(*BOTH), book)
    assert chooser.seconds_per_pixel("auto", "auto", facts(), KEY) == 1e-6
    assert chooser.seconds_per_pixel("torch", "auto", facts(), KEY) == 3e-6


def test_an_unknown_model_is_scaled_from_the_one_nearest_in_size(book):
    book.put(Kind.COMPARED, "torch", "cpu", "small", Speed(1e-6, 1e3))
    book.put(Kind.OBSERVED, "torch", "cpu", "large", Speed(5e-4, 1e6))
    chooser = Chooser(Shop(("torch", "cpu")), book)
    assert chooser.seconds_per_pixel("auto", "cpu", facts(multiply_adds=2e3), KEY) == pytest.approx(2e-6)
    assert chooser.seconds_per_pixel("auto", "cpu", facts(multiply_adds=4e6), KEY) == pytest.approx(2e-3)


def test_speeds_of_another_device_tell_nothing(book):
    compared(book, torch=3e-6)
    assert Chooser(Shop(("torch", "cuda"), *BOTH), book).seconds_per_pixel("auto", "auto", facts(), KEY) is None


# --- measuring -----------------------------------------------------------------------------------------------------


class Waiting:
    """A runner whose runs take at least so long, one after the other; the last time stays."""

    precision, batch_limit = "float32", 1

    def __init__(self, *seconds, failure=None):
        self.seconds, self.failure, self.runs = list(seconds), failure, 0

    def run(self, batch, *, full_precision=False):
        if self.failure is not None:
            raise self.failure
        threading.Event().wait(self.seconds[min(self.runs, len(self.seconds) - 1)])
        self.runs += 1
        return batch


def measured(budget, **runners):
    return measure(runners, dict.fromkeys(runners, torch.device("cpu")), facts(), budget)


def test_measuring_is_per_pixel_and_takes_the_best_run():
    pixels = measured_side(facts(), accelerated=False) ** 2
    slow, quick = Waiting(0.01, 0.2, 0.15, 0.3), Waiting(0.01, 0.3, 0.12, 0.3)
    best = measured(0.5, slow=slow, quick=quick)
    assert 0.15 <= best["slow"].seconds * pixels < 0.2  # the first run is not counted
    assert 0.12 <= best["quick"].seconds * pixels < 0.3
    assert slow.runs == quick.runs > FEWEST_ROUNDS


def test_a_best_run_that_was_an_accident_is_not_steady_and_ends_with_the_budget():
    growing = Waiting(*(0.02 * 1.2**step for step in range(40)))
    best = measured(0.3, growing=growing)
    assert not best["growing"].steady
    assert growing.runs < 20


def test_a_hopeless_runner_is_not_run_again():
    hopeless, good, close = Waiting(0.3), Waiting(0.03), Waiting(0.04)
    best = measured(0.5, hopeless=hopeless, good=good, close=close)
    assert hopeless.runs == 2  # once to settle, once measured
    assert good.runs == close.runs > 2
    assert best["good"].seconds < best["close"].seconds < best["hopeless"].seconds
    assert best["hopeless"].steady


def test_a_runner_that_fails_is_left_out():
    broken, full = Waiting(0.0, failure=RuntimeError("no")), Waiting(0.0, failure=MemoryError())
    assert set(measured(0.01, broken=broken, full=full, good=Waiting(0.01))) == {"good"}


def test_a_comparison_on_a_busy_machine_is_used_but_not_for_long(book, tmp_path, monkeypatch):
    monkeypatch.setattr(choosing, "measure", lambda runners, *_: {place: Measured(1e-6, False) for place in runners})
    measuring = []
    choose(Shop(*BOTH), book, on_measuring=lambda: measuring.append(1))
    choose(Shop(*BOTH), book, on_measuring=lambda: measuring.append(1))
    assert measuring == [1]
    for path in tmp_path.rglob("*.json"):
        os.utime(path, (1, 1))
    choose(Shop(*BOTH), book, on_measuring=lambda: measuring.append(1))
    assert measuring == [1, 1]


@pytest.mark.parametrize("multiply_adds", [1.0, 6e5, 5.7e6, 1.8e7, 1e12])
@pytest.mark.parametrize("multiple", [1, 2, 4])
def test_the_measured_tile_suits_the_network(multiply_adds, multiple):
    for accelerated in (False, True):
        side = measured_side(facts(multiply_adds=multiply_adds, multiple=multiple), accelerated)
        assert side % multiple == 0
        assert 32 <= side <= 256 + multiple
