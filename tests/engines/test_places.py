"""What a request for an engine and a device can get, or why it cannot."""

import pytest

from burnish.wire.messages import EngineCard
from burnish.wire.sentences import BurnishError
from burnish_models.engines.available import DEVICES, SUPPORTED
from burnish_models.engines.places import Place, places_for


def cards(*usable: tuple[str, str]) -> tuple[EngineCard, ...]:
    return tuple(
        EngineCard(engine, device, (engine, device) in usable, "1", "")
        for engine, devices in SUPPORTED.items()
        for device in devices
    )


PROCESSOR = cards(("torch", "cpu"), ("openvino", "cpu"))
BARE = cards(("torch", "cpu"))
NVIDIA = cards(("torch", "cpu"), ("torch", "cuda"), ("openvino", "cpu"))
INTEL = cards(("torch", "cpu"), ("torch", "xpu"), ("openvino", "cpu"), ("openvino", "xpu"))


@pytest.mark.parametrize(
    ("engine", "device", "there", "expected"),
    [
        ("auto", "auto", PROCESSOR, [["torch/cpu", "openvino/cpu"]]),
        ("auto", "auto", BARE, [["torch/cpu"]]),
        ("auto", "auto", NVIDIA, [["torch/cuda"], ["torch/cpu", "openvino/cpu"]]),
        ("auto", "auto", INTEL, [["torch/xpu", "openvino/xpu"], ["torch/cpu", "openvino/cpu"]]),
        ("auto", "cpu", NVIDIA, [["torch/cpu", "openvino/cpu"]]),
        ("torch", "auto", NVIDIA, [["torch/cuda"], ["torch/cpu"]]),
        ("openvino", "auto", NVIDIA, [["openvino/cpu"]]),
        ("openvino", "xpu", INTEL, [["openvino/xpu"]]),
        ("torch", "cuda", NVIDIA, [["torch/cuda"]]),
    ],
)
def test_places_best_device_first(engine, device, there, expected):
    groups = places_for(engine, device, there)
    assert [[f"{place.engine}/{place.device}" for place in group] for group in groups] == expected
    assert all(isinstance(place, Place) for group in groups for place in group)


@pytest.mark.parametrize(
    ("engine", "device", "there", "code", "values"),
    [
        ("tensorflow", "auto", PROCESSOR, "bad-request", {"field": "engine", "value": "tensorflow"}),
        ("auto", "tpu", PROCESSOR, "bad-request", {"field": "device", "value": "tpu"}),
        ("openvino", "cuda", NVIDIA, "engine-cannot", {"engine": "openvino", "device": "cuda"}),
        ("openvino", "auto", BARE, "engine-missing", {"name": "openvino"}),
        ("openvino", "cpu", BARE, "engine-missing", {"name": "openvino"}),
        ("auto", "cuda", PROCESSOR, "device-missing", {"name": "cuda", "known": "cpu"}),
        ("torch", "mps", NVIDIA, "device-missing", {"name": "mps", "known": "cuda, cpu"}),
        ("openvino", "xpu", PROCESSOR, "device-missing", {"name": "xpu", "known": "cpu"}),
    ],
)
def test_what_cannot_be_is_said(engine, device, there, code, values):
    with pytest.raises(BurnishError) as caught:
        places_for(engine, device, there)
    failure = caught.value.failure
    assert failure.code == code
    assert values.items() <= failure.values.items()
    assert failure.message
    assert failure.hint  # every placeholder of both sentences is filled


def test_every_supported_device_has_a_rank():
    assert {device for devices in SUPPORTED.values() for device in devices} == set(DEVICES)
