"""Every registered network: what is built is recognised, loaded again and equal, at any size, and tiles as it says."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.wire.messages import Tiling
from burnish_models.catalogue.model import WHOLE_PICTURE
from burnish_models.networks.network import count_multiply_adds, is_counter
from burnish_models.networks.registry import NETWORKS, network_named, recognise
from networks.configs import CONFIGS, built

# What networks that pad their input to a multiple of their own compute depends on where in such a block a pixel lies:
# no context makes their tiles exact.
PADS_ITSELF = ("cyclegan-unet",)

every_config = pytest.mark.parametrize(("name", "config"), CONFIGS, ids=[f"{n}-{c}" for n, c in CONFIGS])


def test_every_registered_network_is_tested_here() -> None:
    assert {name for name, _ in CONFIGS} == {network.name for network in NETWORKS}
    assert len({network.name for network in NETWORKS}) == len(NETWORKS)


@every_config
def test_what_is_built_is_recognised_and_loads_equal(name: str, config: Any) -> None:
    network, module = built(name, config)
    recognised = recognise(module.state_dict())
    assert recognised is not None
    assert recognised.network is network
    assert recognised.config == config
    again = recognised.module()
    assert not again.training
    assert not any(weight.requires_grad for weight in again.parameters())
    facts = recognised.facts
    trained = recognised.as_trained()
    assert trained.training
    trained.eval()
    for height, width in ((1, 1), (3, 11), (17, 8)):
        picture = torch.rand(2, 3, height * facts.multiple, width * facts.multiple)
        result = again(picture)
        assert result.shape == (2, 3, picture.shape[2] * facts.scale, picture.shape[3] * facts.scale)
        assert torch.equal(trained(picture), module(picture))
        # What is made ready to run may compute in another order (SPAN's branches are folded), nothing more.
        torch.testing.assert_close(result, module(picture), rtol=1e-4, atol=1e-5)


@every_config
def test_half_precision_weights_load_as_float32(name: str, config: Any) -> None:
    _, module = built(name, config)
    recognised = recognise({key: value.half() for key, value in module.state_dict().items()})
    assert recognised is not None
    assert {weight.dtype for weight in recognised.module().parameters()} == {torch.float32}


@every_config
def test_a_loaded_network_keeps_its_own_copy(name: str, config: Any) -> None:
    _, module = built(name, config)
    state = module.state_dict()
    recognised = recognise(state)
    assert recognised is not None
    loaded = recognised.module()
    before = {key: value.clone() for key, value in loaded.state_dict().items()}
    for key, value in state.items():
        value.fill_(7 if is_counter(key) else torch.nan)
    assert all(torch.equal(value, before[key]) for key, value in loaded.state_dict().items())


@every_config
def test_a_missing_foreign_or_misshapen_weight_is_not_recognised(name: str, config: Any) -> None:
    state = dict(built(name, config)[1].state_dict())
    weights = [key for key in state if not is_counter(key)]
    for key in (min(weights), max(weights)):
        assert recognise({k: v for k, v in state.items() if k != key}) is None
        assert recognise({**state, key: state[key][:0]}) is None
        assert recognise({**state, key: torch.cat((state[key], state[key]))}) is None
    assert recognise({**state, "attention.weight": torch.zeros(3)}) is None


def test_other_tensors_are_not_recognised() -> None:
    assert recognise({}) is None
    assert recognise({"body.0.weight": torch.zeros(()), "conv_first.weight": torch.zeros(3)}) is None


@every_config
def test_batch_normalisations_counters_may_be_missing(name: str, config: Any) -> None:
    """Readers of weights keep floating-point tensors only."""
    _, module = built(name, config)
    recognised = recognise({key: value for key, value in module.state_dict().items() if value.is_floating_point()})
    assert recognised is not None
    assert recognised.config == config
    assert recognised.as_trained().state_dict().keys() == module.state_dict().keys()


@every_config
def test_the_receptive_field_is_exactly_what_a_pixel_sees(name: str, config: Any) -> None:
    """With positive weights and no bias nothing cancels: a result pixel's gradient shows how far it sees.

    One result pixel of each phase, in a narrow strip: width and height never influence each other.
    """
    network, module = built(name, config)
    facts = network.facts(config)
    everything = facts.receptive_field == WHOLE_PICTURE
    for key, weight in module.double().named_parameters():
        if not everything:
            fan_in = weight[0].numel() if weight.dim() > 1 else 1
            weight.fill_(0.0 if key.endswith("bias") else 0.5 / fan_in)
    period = (8 if name in PADS_ITSELF else facts.multiple) * facts.scale
    centre = 40 if everything else facts.receptive_field + 4
    narrow, long = max(8, facts.multiple), -(-(2 * centre + 12) // facts.multiple) * facts.multiple
    generator = torch.Generator().manual_seed(0)
    for shape in ((period, 3, narrow, long), (period, 3, long, narrow)):
        pictures = (0.5 + 0.5 * torch.rand(shape, dtype=torch.float64, generator=generator)).requires_grad_()
        results = module(pictures) if shape[-1] == long else module(pictures).mT
        sum(results[phase, :, :, centre * facts.scale + phase].sum() for phase in range(period)).backward()
        assert pictures.grad is not None
        gradients = pictures.grad if shape[-1] == long else pictures.grad.mT
        seen = [torch.nonzero(gradient.abs().sum((0, 1))).flatten() for gradient in gradients]
        if everything:
            assert all(len(columns) == long for columns in seen)
            continue
        own = [centre + phase // facts.scale for phase in range(period)]
        reached = max(max(o - int(s.min()), int(s.max()) - o) for o, s in zip(own, seen, strict=True))
        assert reached == facts.receptive_field


@every_config
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_a_tile_with_its_overlap_equals_the_whole_picture(name: str, config: Any, data: st.DataObject) -> None:
    network, module = built(name, config)
    facts = network.facts(config)
    if facts.tiling is not Tiling.EXACT:
        assert facts.overlap < facts.receptive_field or name in PADS_ITSELF
        return
    assert facts.overlap >= facts.receptive_field
    module, step = module.double(), facts.multiple

    def cut(length: int) -> tuple[int, int]:
        start = data.draw(st.integers(0, length - 1))
        return start * step, data.draw(st.integers(start + 1, length)) * step

    height, width = data.draw(st.integers(1, 80 // step)), data.draw(st.integers(1, 80 // step))
    top, bottom = cut(height)
    left, right = cut(width)
    seed = data.draw(st.integers(0, 1000))
    picture = torch.rand(
        1, 3, height * step, width * step, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)
    )
    read_top, read_left = max(0, top - facts.overlap), max(0, left - facts.overlap)
    tile = module(picture[:, :, read_top : bottom + facts.overlap, read_left : right + facts.overlap])
    scale = facts.scale
    core = tile[
        :,
        :,
        (top - read_top) * scale : (bottom - read_top) * scale,
        (left - read_left) * scale : (right - read_left) * scale,
    ]
    whole = module(picture)[:, :, top * scale : bottom * scale, left * scale : right * scale]
    torch.testing.assert_close(core, whole, rtol=0, atol=1e-12)


@every_config
def test_facts_are_consistent(name: str, config: Any) -> None:
    facts = network_named(name).facts(config)
    assert network_named(name).config is type(config)
    assert facts.multiply_adds > 0
    assert facts.overlap % facts.multiple == facts.border % facts.multiple == facts.feather % facts.multiple == 0
    assert facts.feather <= facts.overlap // 2
    assert facts.seam.endswith(".")
    assert (facts.tiling is Tiling.EXACT) == (facts.feather == 0)
    assert (facts.tiling is Tiling.EXACT) == (facts.overlap >= facts.receptive_field and name not in PADS_ITSELF)
    assert facts.activation_bytes >= 4 * 3 * facts.scale**2


def test_multiply_adds_of_a_known_network() -> None:
    """SRVGGNetCompact by hand: 9 x (3 x 64 + 16 x 64 x 64 + 64 x 48) at every input pixel."""
    with torch.device("meta"):
        module = network_named("srvgg-compact").build(CONFIGS[7][1].__class__())
    assert count_multiply_adds(module) == 9 * (3 * 64 + 16 * 64 * 64 + 64 * 48)
