"""Whole trainings, tiny: what they leave behind, what they do in each stage, and what ends them early."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image
from safetensors import safe_open

from burnish.wire.sentences import BurnishError
from burnish_models.catalogue.catalogue import Catalogue
from burnish_models.catalogue.user_file import read_state
from burnish_models.data.sample import Sample
from burnish_models.networks.building import build_generator
from burnish_models.networks.registry import recognise
from burnish_models.training.recipe_file import find_recipe, laid_over, load_recipe, read_recipe, shipped_recipes
from burnish_models.training.schema import Recipe
from burnish_models.training.start import find_weights
from burnish_models.training.trainer import Trainer
from training.recipes_for_tests import everything, paired, recipe_of, trainer_of, unpaired, unreferenced


def events(folder: Path, kind: str) -> list[dict[str, Any]]:
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [event for line in lines if (event := json.loads(line))["event"] == kind]


def test_a_run_leaves_weights_samples_logs_and_its_recipe(pictures: Path, tmp_path: Path) -> None:
    held_out = {"data": paired(pictures)["data"], "samples": 2, "every": 2, "judges": ["psnr", "ssim"]}
    values = paired(pictures, log_every=2, sample_every=2, validation=held_out, seed=5)
    assert trainer_of(values, tmp_path).run() == "finished"

    weights = tmp_path / "generator.safetensors"
    found = recognise(read_state(weights))
    assert found is not None and found.network.name == "srvgg-compact" and found.config.scale == 2
    with safe_open(weights, "pt") as file:
        told = json.loads(file.metadata()["burnish"])
    assert told["seed"] == 5 and told["step"] == 4 and told["hyper_parameters"]["features"] == 4
    assert Recipe.model_validate(told["recipe"]) == recipe_of(values)
    network = Catalogue().load(Catalogue().find(str(weights)))
    assert network(torch.rand(1, 3, 5, 7)).shape == (1, 3, 10, 14)

    assert load_recipe(tmp_path / "recipe.yaml") == recipe_of(values)
    assert [event["step"] for event in events(tmp_path, "step")] == [2, 4]
    assert events(tmp_path, "step")[0]["losses"].keys() == {"discriminator", "total", "l1", "adversarial", "gradient"}
    assert events(tmp_path, "validation")[-1]["judges"].keys() == {"luma", "psnr", "ssim"}
    assert list((tmp_path / "tensorboard").glob("events.*"))
    sheet = np.asarray(Image.open(tmp_path / "samples" / "step-00000004-generator.png"))
    assert sheet.shape == (2 * 16 + 4, 3 * 16 + 2 * 4, 3)
    assert (sheet[:, 16:20] == 255).all()


def test_the_result_is_the_moving_average(pictures: Path, tmp_path: Path) -> None:
    averaged, plain = (trainer_of(paired(pictures, average=a), tmp_path / str(a)) for a in (0.9, 0.0))
    for trainer in (averaged, plain):
        trainer.run()
    weights = {a: read_state(tmp_path / str(a) / "generator.safetensors") for a in (0.9, 0.0)}
    key = "body.0.weight"
    assert torch.equal(weights[0.0][key], plain.state.networks["generator"].state_dict()[key])
    assert torch.equal(weights[0.9][key], averaged.state.averages["generator"].state_dict()[key])
    assert not torch.equal(weights[0.9][key], weights[0.0][key])
    assert "generator" not in plain.state.averages


def test_unpaired_recipes_have_a_generator_for_each_way(pictures: Path, tmp_path: Path) -> None:
    trainer = trainer_of(unpaired(pictures), tmp_path)
    trainer.run()
    one, other = (read_state(tmp_path / f"{name}.safetensors") for name in ("generator", "generator-back"))
    assert recognise(one) is not None and one.keys() == other.keys()
    assert not torch.equal(one["model.1.weight"], other["model.1.weight"])
    values = events(tmp_path, "step")[-1]["losses"]
    assert {"cycle", "cycle back", "identity", "discriminator", "discriminator-back"} <= values.keys()
    assert len(trainer.state.pools["discriminator"].kept) == 5


class Poisoned:
    """A data set one of whose samples is not a number."""

    def __init__(self, data: Any, index: int) -> None:
        self.data, self.index = data, index

    def __getitem__(self, index: int) -> Sample:
        sample = self.data[index]
        return Sample(sample.input * float("nan"), sample.target) if index == self.index else sample


@pytest.mark.parametrize("make", [paired, unreferenced])
def test_training_stops_at_the_first_nan_and_keeps_the_batch(
    make: Any, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = trainer_of(make(pictures, steps=4, checkpoint_every=1), tmp_path)
    config = type(trainer.parts[0].data)
    build = config.build
    monkeypatch.setattr(config, "build", lambda self, seed, **options: Poisoned(build(self, seed, **options), 5))
    with pytest.raises(BurnishError) as caught:
        trainer.run()
    failure = caught.value.failure
    assert failure.code == "training-diverged" and failure.values["step"] == 3
    kept = safetensors.torch.load_file(Path(str(failure.values["path"])))
    assert kept["input-0"][1].isnan().all() and kept["input-0"][0].isfinite().all()
    assert all(value.isfinite().all() for value in everything(trainer).values())
    assert trainer_of(make(pictures), tmp_path, resume=tmp_path).state.progress.step == 2


def test_what_does_not_fit_together_is_said_at_the_first_step(pictures: Path, tmp_path: Path) -> None:
    smaller = {"name": "srgan", "size": 32, "features": 2, "hidden": 2}
    with pytest.raises(BurnishError, match="recipe-wrong") as caught:
        trainer_of(paired(pictures, discriminator=smaller), tmp_path).run()
    assert "32 × 32" in str(caught.value.failure.values["reasons"])
    values = unreferenced(pictures, generator={"name": "srvgg-compact", "features": 4, "convolutions": 1, "scale": 1})
    with pytest.raises(BurnishError, match="recipe-wrong") as caught:
        trainer_of(values, tmp_path / "curves").run()
    assert "has no curves" in str(caught.value.failure.values["reasons"])


def test_a_training_begins_with_given_weights(pictures: Path, tmp_path: Path) -> None:
    trainer_of(paired(pictures), tmp_path / "first").run()
    weights = tmp_path / "first" / "generator.safetensors"
    begun = trainer_of(paired(pictures, start_from=str(weights)), tmp_path / "second")
    state = begun.state.networks["generator"].state_dict()
    assert all(torch.equal(value, state[key]) for key, value in read_state(weights).items())
    wider = {"name": "srvgg-compact", "features": 8, "convolutions": 1, "scale": 2}
    with pytest.raises(BurnishError, match="start-differs"):
        trainer_of(paired(pictures, generator=wider, start_from=str(weights)), tmp_path / "third")


def test_catalogue_models_can_be_begun_with() -> None:
    found = find_weights("realesr-animevideov3-x4")
    network = build_generator("srvgg-compact", features=64, convolutions=16, scale=4)
    network.load_state_dict(dict(found.state))
    x = torch.rand(1, 3, 8, 8)
    with torch.no_grad():
        assert torch.equal(network.eval()(x), found.module()(x))


def test_a_teachers_result_is_the_target(pictures: Path, tmp_path: Path) -> None:
    trainer_of(paired(pictures, steps=1), tmp_path / "teacher").run()
    teacher = str(tmp_path / "teacher" / "generator.safetensors")
    pixels = {"losses": [{"type": "mse"}], "discriminator": None, "steps": 1, "average": 0.0}
    alike = trainer_of(paired(pictures, **pixels, start_from=teacher, teacher=teacher), tmp_path / "alike")
    alike.run()
    half = paired(pictures, **pixels, start_from=teacher, teacher=teacher, teacher_share=0.5)
    trainer_of(half, tmp_path / "half").run()
    trainer_of(paired(pictures, **pixels, start_from=teacher), tmp_path / "own").run()
    by_teacher, by_half, by_target = (
        events(tmp_path / name, "step")[-1]["losses"]["mse"] for name in ("alike", "half", "own")
    )
    # The teacher's result is clipped to what a picture can hold, and the pupil's is not: hardly any difference.
    assert by_teacher < by_target / 20
    assert by_half == pytest.approx(by_target / 4, rel=0.2)


# Every recipe that ships, three steps of each stage with tiny networks


TINY: dict[str, dict[str, Any]] = {
    "srresnet": {"features": 4, "blocks": 1},
    "msrresnet": {"features": 4, "blocks": 1},
    "rrdbnet": {"features": 4, "blocks": 1, "growth": 2},
    "srvgg-compact": {"features": 4, "convolutions": 1},
    "span": {"features": 4, "blocks": 2},
    "cyclegan-resnet": {"features": 4, "blocks": 1},
    "mobile-resnet": {"features": 4, "blocks": 1},
    "denoising-unet": {"features": [4, 8]},
    "zero-dce": {"features": 4},
    "zero-dce-pp": {"features": 4},
    "progressive": {"features": [4, 4, 2], "blocks": 1},
    "patchgan": {"features": 4, "layers": 1},
    "unet-sn": {"features": 4},
    "srgan": {"features": 2, "hidden": 4, "size": None, "norm": "none"},
}


def tiny_form(name: str, pictures: Path) -> dict[str, Any]:
    """A shipped recipe's small form, smaller still, without losses whose weights are downloaded."""
    path = find_recipe(name)
    values = read_recipe(path, smoke=True)
    for player in ("generator", "discriminator"):
        known = values.get(player)
        if known and not (player == "discriminator" and known["name"] == "progressive"):
            values[player] = {**known, **TINY.get(known["name"], {})}
    if values.get("discriminator", {}).get("name") == "progressive":
        values["discriminator"] = {**values["discriminator"], "features": 2, "widest": 4, "size": 16}
    stages = values.get("stages")
    growing = values["generator"]["name"] == "progressive"
    values["data"] = laid_over(values["data"], {"crop": 16 if growing else 32})
    if stages:
        sizes = [{"data": {"crop": 16 * 2**n, "scale": 2**n}} if growing else {} for n in range(len(stages))]
        values["stages"] = [
            {**stage, **size, "steps": 3, "fade": min(2, stage.get("fade", 0))}
            for stage, size in zip(stages, sizes, strict=True)
        ]
    else:
        values["steps"] = 3
    for holder in (values, *values.get("stages", [])):
        if isinstance(holder.get("losses"), list):
            kept = [loss for loss in holder["losses"] if loss["type"] != "perceptual"]
            holder["losses"] = kept
    values.pop("teacher", None)
    values.pop("start_from", None)
    values.pop("smoke", None)
    return {**values, "batch": 2, "validation": None}


@pytest.mark.parametrize("name", sorted(shipped_recipes()))
def test_three_steps_of_a_shipped_recipe(name: str, pictures: Path, tmp_path: Path) -> None:
    trainer = trainer_of(tiny_form(name, pictures), tmp_path)
    assert trainer.run() == "finished"
    assert trainer.state.progress.step == 3 * len(trainer.parts)
    assert recognise(read_state(tmp_path / "generator.safetensors")) is not None
    assert all(value.isfinite().all() for value in everything(trainer).values())


# Stages that grow


def growing(pictures: Path, **changes: Any) -> dict[str, Any]:
    return paired(
        pictures,
        generator={"name": "progressive", "features": [4, 4], "blocks": 1},
        discriminator={"name": "progressive", "features": 4, "widest": 8, "stages": 2, "size": 8},
        data={"type": "paired", "source": str(pictures), "crop": 8, "degradations": [{"type": "bicubic"}]},
        steps=None,
        stages=[
            {"name": "small", "steps": 2, "growth": 0},
            {"name": "large", "steps": 4, "growth": 1, "fade": 2, "data": {"crop": 16, "scale": 2}},
        ],
        average=0.5,
        **changes,
    )


def test_growing_networks_grow_and_fade_in(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = trainer_of(growing(pictures), tmp_path)
    seen: list[tuple[int, float, int, float]] = []
    step = Trainer._step

    def watched(self: Trainer, *arguments: Any) -> None:
        step(self, *arguments)
        players = [self.state.networks["discriminator"], self.state.averages["generator"]]
        seen.append(tuple(value for player in players for value in (player.stage, player.alpha)))  # type: ignore[arg-type]

    monkeypatch.setattr(Trainer, "_step", watched)
    trainer.run()
    growth = [(0, 1.0), (0, 1.0), (1, 0.0), (1, 0.5), (1, 1.0), (1, 1.0)]
    assert seen == [(*place, *place) for place in growth]
    result = recognise(read_state(tmp_path / "generator.safetensors"))
    first = recognise(read_state(tmp_path / "stages" / "small-generator.safetensors"))
    assert result is not None and first is not None
    assert (first.facts.scale, result.facts.scale) == (1, 2)


def test_a_growing_training_resumes_in_the_middle_of_a_fade(pictures: Path, tmp_path: Path) -> None:
    straight = trainer_of(growing(pictures), tmp_path / "straight")
    straight.run()
    trainer_of(growing(pictures), tmp_path / "twice", stop_after=3).run()
    resumed = trainer_of(growing(pictures), tmp_path / "twice", resume=tmp_path / "twice")
    resumed.run()
    one, other = everything(straight), everything(resumed)
    assert all(torch.equal(one[key], other[key]) for key in one)
