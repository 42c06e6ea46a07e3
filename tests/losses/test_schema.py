"""Losses as configuration: every one builds and runs, says what it needs, and refuses what it does not know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import safetensors.torch
import torch
from pydantic import BaseModel, TypeAdapter, ValidationError

from burnish_models.losses.penalties import R1, GradientPenalty
from burnish_models.losses.presets import CLASSIC, PRESETS, WGAN_GP_PENALTY, Losses, PresetName
from burnish_models.losses.schema import LossConfig, PenaltyConfig, PerceptualConfig
from burnish_models.losses.total import WeightedLosses
from burnish_models.networks.discriminators.registry import DISCRIMINATORS
from losses.steps import full_step
from losses.test_perceptual import vgg16_state

KINDS: tuple[type[Any], ...] = get_args(get_args(LossConfig)[0])
PENALTIES: tuple[type[Any], ...] = get_args(get_args(PenaltyConfig)[0])
OPTIONAL = ("target", "real_logits", "fake_logits", "reconstructed", "identity", "curves", "discriminator")


def type_of(kind: type[Any]) -> str:
    return kind.model_fields["type"].default


@pytest.fixture(scope="module")
def vgg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vgg") / "vgg16.safetensors"
    safetensors.torch.save_file(vgg16_state(), path)
    return path


def config_of(kind: type[Any], vgg: Path, /, **more: Any) -> Any:
    return kind(**more, **({"weights": vgg} if kind is PerceptualConfig else {}))


@pytest.mark.parametrize("kind", KINDS, ids=type_of)
def test_every_loss_runs_and_reaches_the_generator_at_odd_sizes_and_in_half_precision(kind, vgg: Path) -> None:
    config = config_of(kind, vgg)
    assert TypeAdapter(LossConfig).validate_python(config.model_dump()) == config
    loss = config.build()
    for dtype in (torch.float32, torch.bfloat16):
        step = full_step(35, 51, dtype=dtype)
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype == torch.bfloat16):
            value = loss(step)
        assert value.dtype == torch.float32 and value.dim() == 0
        assert torch.isfinite(value)
        value.backward()
        assert step.result.grad is not None
        assert torch.isfinite(step.result.grad).all() and step.result.grad.abs().max() > 0


@pytest.mark.parametrize("kind", KINDS, ids=type_of)
def test_a_loss_needs_exactly_what_it_says(kind, vgg: Path) -> None:
    adversarial = type_of(kind) == "adversarial"
    for variant in [{"kind": "vanilla"}, {"kind": "relativistic"}] if adversarial else [{}]:
        config = config_of(kind, vgg, **variant)
        loss, step = config.build(), full_step()
        value = loss(step)
        assert config.needs <= set(OPTIONAL)
        for field in OPTIONAL:
            without = replace(step, **{field: None})
            if field in config.needs:
                with pytest.raises(ValueError, match=field.replace("_", " ")):
                    loss(without)
            else:
                assert torch.equal(loss(without), value)


@pytest.mark.parametrize("kind", [*KINDS, *PENALTIES], ids=type_of)
def test_every_field_has_a_description_and_nothing_else_is_taken(kind: type[BaseModel]) -> None:
    for name, field in kind.model_fields.items():
        assert field.description and field.description.endswith("."), name
    assert kind.model_json_schema()["additionalProperties"] is False
    with pytest.raises(ValidationError, match="Extra inputs"):
        kind.model_validate({"wieght": 1.0})
    for weight in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValidationError):
            kind.model_validate({"weight": weight})


def test_types_are_told_apart_by_name() -> None:
    adapter = TypeAdapter(LossConfig)
    assert len({type_of(kind) for kind in KINDS}) == len(KINDS) == 12
    for kind in KINDS:
        assert type(adapter.validate_python({"type": type_of(kind), "weight": 0.5})) is kind
    with pytest.raises(ValidationError, match="'l1', 'mse', 'charbonnier'"):
        adapter.validate_python({"type": "ssim"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "adversarial", "kind": "softmax"},
        {"type": "charbonnier", "epsilon": 0},
        {"type": "exposure", "level": 1.5},
        {"type": "exposure", "region": 0},
        {"type": "total-variation", "form": "isotropic"},
        {"type": "spatial-consistency", "form": "signed"},
        {"type": "perceptual", "layers": {}},
        {"type": "perceptual", "layers": {"conv1_1": -1}},
    ],
    ids=str,
)
def test_values_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(LossConfig).validate_python(wrong)


def test_penalties_are_built_by_name() -> None:
    adapter = TypeAdapter(PenaltyConfig)
    assert isinstance(adapter.validate_python({"type": "gradient-penalty"}).build(), GradientPenalty)
    assert isinstance(adapter.validate_python({"type": "r1", "weight": 5}).build(), R1)
    assert WGAN_GP_PENALTY.weight == 10


def test_the_total_is_the_weighted_sum_and_values_are_told_unweighted(vgg: Path) -> None:
    entries = [{"type": "l1", "weight": 0.1}, {"type": "mse", "weight": 3}, {"type": "l1", "weight": 2},
               {"type": "perceptual", "weight": 0.5, "weights": vgg}]  # fmt: skip
    configs = [TypeAdapter(LossConfig).validate_python(entry) for entry in entries]
    losses, step = WeightedLosses(configs), full_step()
    assert losses.names == ["l1", "mse", "l1-2", "perceptual"]
    assert losses.needs == {"target"}
    total, values = losses(step)
    assert step.target is not None
    assert list(values) == losses.names
    assert values["l1"] == values["l1-2"] == (step.result - step.target).abs().mean()
    expected = 0.1 * values["l1"] + 3 * values["mse"] + 2 * values["l1"] + 0.5 * values["perceptual"]
    torch.testing.assert_close(total.detach(), expected)
    assert not any(value.requires_grad for value in values.values())
    total.backward()
    assert step.result.grad is not None


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        WeightedLosses([])


def with_weights(configs: Any, vgg: Path) -> list[Any]:
    return [config.model_copy(update={"weights": vgg}) if config.type == "perceptual" else config for config in configs]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_runs(name: str, vgg: Path) -> None:
    step = full_step()
    total, values = WeightedLosses(with_weights(PRESETS[name], vgg))(step)
    total.backward()
    assert step.result.grad is not None and torch.isfinite(step.result.grad).all()
    assert len(values) == len(PRESETS[name])


def test_classic_is_a_tenth_l1_half_perceptual_and_a_hundredth_adversarial(vgg: Path) -> None:
    assert [(config.type, config.weight) for config in CLASSIC] == [
        ("l1", 0.1),
        ("perceptual", 0.5),
        ("adversarial", 0.01),
    ]
    total, values = WeightedLosses(with_weights(CLASSIC, vgg))(full_step())
    torch.testing.assert_close(
        total.detach(), 0.1 * values["l1"] + 0.5 * values["perceptual"] + 0.01 * values["adversarial"]
    )


def test_a_recipe_writes_a_preset_or_a_list() -> None:
    adapter = TypeAdapter(Losses)
    assert adapter.validate_python("classic") == list(CLASSIC)
    assert adapter.validate_python([{"type": "l1"}])[0].type == "l1"
    assert set(get_args(PresetName)) == set(PRESETS)
    with pytest.raises(ValidationError, match="classic"):
        adapter.validate_python("clasic")
    spelled_out = adapter.dump_python(adapter.validate_python("zero-dce"), mode="json")
    assert adapter.validate_python(spelled_out) == adapter.validate_python("zero-dce")
    described = adapter.json_schema()["anyOf"]
    assert described[0]["enum"] == list(PRESETS) and described[1]["type"] == "array"


def test_the_documentation_names_every_loss_penalty_preset_and_discriminator() -> None:
    page = (Path(__file__).parents[2] / "docs" / "losses.md").read_text(encoding="utf-8")
    names = [type_of(kind) for kind in (*KINDS, *PENALTIES)] + [*PRESETS] + [found.name for found in DISCRIMINATORS]
    assert [name for name in names if f"`{name}`" not in page] == []
