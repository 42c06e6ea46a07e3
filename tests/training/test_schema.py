"""Recipes as files: every field described, every mistake told in a sentence, and what ships is right."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from hypothesis import given
from hypothesis import strategies as st

from burnish.wire.sentences import BurnishError
from burnish_models.data.photos import photos, read_manifest
from burnish_models.data.pictures import decode
from burnish_models.data.sources import find_pictures
from burnish_models.training.__main__ import main
from burnish_models.training.recipe_file import (
    OWN_WEIGHTS,
    SHIPPED,
    find_recipe,
    laid_over,
    load_recipe,
    shipped_recipes,
)
from burnish_models.training.schedules import Constant, Cosine, LinearDecay, MultiStep, Optimiser
from burnish_models.training.schema import Recipe
from training.recipes_for_tests import paired, recipe_of, unpaired, unreferenced

TECHNIQUES = {
    "srgan", "esrgan", "realesrgan-compact", "cyclegan", "zero-dce", "denoise-gan", "wgan-gp", "progressive", "mobile",
}  # fmt: skip


def refusal(values: dict[str, Any]) -> str:
    with pytest.raises(BurnishError) as caught:
        recipe_of(values)
    assert caught.value.failure.code == "recipe-wrong"
    return str(caught.value.failure.values["reasons"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"bacth": 4}, "bacth is no field of a recipe; the nearest is batch."),
        ({"optimiser": {"rate": 1}}, "optimiser.rate is no field of a recipe; the nearest is learning_rate."),
        ({"losses": [{"type": "l1", "wieght": 1}]}, "losses.0.wieght is no field of a recipe; the nearest is weight."),
        ({"losses": [{"type": "l3"}]}, "losses.0: there is no type l3; there are: 'l1', 'mse', 'charbonnier'"),
        ({"losses": [{"weight": 1.0}]}, "losses.0 needs a type."),
        ({"batch": 0}, "batch: input should be greater than or equal to 1."),
        ({"batch": "many"}, "batch: input should be a valid integer"),
        ({"kind": "triple"}, "kind: input should be 'paired', 'unpaired' or 'unreferenced'."),
        ({"generator": {"name": "srnet"}}, "generator: there is no generator 'srnet'; there are rrdbnet"),
        ({"generator": {"name": "srvgg-compact", "feature": 8}}, "has no hyper-parameter feature; it has features"),
        ({"discriminator": {"name": "patchgan", "layer": 2}}, "patchgan has no hyper-parameter layer; it has"),
        ({"discriminator": None}, "recipe: an adversarial loss needs a discriminator."),
        ({"losses": [{"type": "l1"}]}, "recipe: the discriminator is of no use without an adversarial loss."),
        ({"losses": [{"type": "cycle"}, {"type": "adversarial"}]}, "a paired recipe has no reconstructed"),
        ({"losses": [{"type": "adversarial"}] * 2}, "training has more than one adversarial loss."),
        ({"steps": None}, "recipe: a recipe has either steps or stages."),
        ({"kind": "unreferenced"}, "a unreferenced recipe has no"),
        ({"data": {"type": "paired", "source": ".", "crop": 15, "scale": 2, "degradations": [{"type": "bicubic"}]}},
         "data: crop must be a multiple of the scale 2, not 15."),
        ({"optimiser": {"schedule": {"type": "multistep", "at": [0.5, 0.2]}}}, "shares of the stage between 0 and 1"),
        ({"optimiser": {"betas": [0.9, 1.0]}}, "optimiser.betas: adam's betas are numbers from 0 to below 1."),
        ({"stages": [{"name": "a", "steps": 1}] * 2, "steps": None}, "every stage has a name of its own."),
        ({"stages": [{"name": "a", "steps": 1, "fade": 2}], "steps": None}, "stages.0: fade is for growing networks"),
        ({"stages": [{"name": "a", "steps": 1, "data": {"corp": 8}}], "steps": None}, "stages.a.data.corp: "),
    ],
)  # fmt: skip
def test_each_mistake_is_a_sentence(change: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    assert sentence in refusal(paired(tmp_path, **change))


def test_several_mistakes_are_several_sentences(tmp_path: Path) -> None:
    told = refusal(paired(tmp_path, bacth=4, seed=-1))
    assert "bacth is no field" in told and "seed: input should be" in told


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    values = paired(tmp_path)
    del values["generator"]
    assert refusal(values) == "generator is missing."


def described(schema: dict[str, Any]) -> list[str]:
    """Fields without a description, anywhere in the schema."""
    parts = {"Recipe": schema, **schema["$defs"]}
    return [
        f"{name}.{field}"
        for name, part in parts.items()
        for field, value in part.get("properties", {}).items()
        if not value.get("description") and "const" not in value
    ]


def test_every_field_is_described() -> None:
    assert described(Recipe.model_json_schema()) == []


def test_the_schema_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == Recipe.model_json_schema()


# Shipped recipes


def test_every_technique_ships() -> None:
    assert set(shipped_recipes()) >= TECHNIQUES


@pytest.mark.parametrize("name", sorted(shipped_recipes()))
@pytest.mark.parametrize("smoke", [False, True], ids=["full", "smoke"])
def test_a_shipped_recipe_is_right(name: str, smoke: bool) -> None:
    recipe = load_recipe(find_recipe(name), smoke=smoke)
    assert recipe.about.endswith(".")
    sources = [value for key, value in leaves(recipe.model_dump()) if key in ("source", "input_source") and value]
    if smoke:
        assert all(Path(source).is_file() and SHIPPED / "pictures" in Path(source).parents for source in sources)
    else:
        tables = {str(path.resolve()) for path in OWN_WEIGHTS.glob("*.tsv")}
        assert set(sources) <= {"photos:train", "photos:validate", *tables}


def test_day_and_dusk_are_photographs_to_train_on() -> None:
    day, dusk = (read_manifest(OWN_WEIGHTS / f"day-dusk-{kind}.tsv") for kind in ("day", "dusk"))
    assert len(day) >= 10 and len(dusk) >= 10 and not set(day) & set(dusk)
    assert {*day, *dusk} <= set(photos("train"))


def leaves(value: Any, key: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() if name != "smoke" for leaf in leaves(inner, name)]
    if isinstance(value, (list, tuple)):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [(key, value)]


def test_pictures_for_smoke_are_licensed_and_apart() -> None:
    folder = SHIPPED / "pictures"
    train, held_out = (find_pictures(str(folder / name)) for name in ("train.txt", "held-out.txt"))
    assert not set(train) & set(held_out)
    uneven, uneven_held_out = (find_pictures(str(folder / name)) for name in ("uneven.txt", "uneven-held-out.txt"))
    assert not set(uneven) & set(uneven_held_out)
    licences = (folder / "LICENCES.md").read_text(encoding="utf-8")
    files = sorted(folder.glob("*.jpg"))
    assert sorted([*train, *held_out]) == files
    for file in files:
        assert f"`{file.name}`" in licences
        assert max(decode(file).shape) == 480


# Files, and changes from the command line


def written(folder: Path, values: dict[str, Any]) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


def test_values_are_set_from_the_command_line(tmp_path: Path) -> None:
    path = written(tmp_path, paired(tmp_path))
    changes = ["batch=3", "optimiser.learning_rate=1e-2", "losses.0.weight=0.5", "data.degradations.1.sigma=[1, 2]",
               "validation=null", "adversary.steps=2"]  # fmt: skip
    recipe = load_recipe(path, changes)
    assert (recipe.batch, recipe.optimiser.learning_rate, recipe.adversary.steps) == (3, 0.01, 2)
    assert recipe.parts()[0].losses[0].weight == 0.5
    for wrong in ("batch", "=4", "losses.7.weight=1", "batch.size=4", "seed=[1"):
        with pytest.raises(BurnishError, match="bad-request"):
            load_recipe(path, [wrong])


def test_smoke_values_are_laid_over_the_others(tmp_path: Path) -> None:
    values = paired(tmp_path, smoke={"batch": 1, "data": {"crop": 8}, "losses": [{"type": "adversarial"}]})
    path = written(tmp_path, values)
    recipe = load_recipe(path, smoke=True)
    assert (recipe.batch, recipe.data.crop, recipe.data.model_dump()["scale"]) == (1, 8, 2)
    assert [loss.type for loss in recipe.parts()[0].losses] == ["adversarial"]
    assert load_recipe(path).batch == 2
    with pytest.raises(BurnishError, match="recipe-without-smoke"):
        load_recipe(written(tmp_path, paired(tmp_path)), smoke=True)


def test_another_type_or_name_replaces_the_whole() -> None:
    merged = laid_over({"network": {"name": "a", "width": 3}}, {"network": {"name": "b"}})
    assert merged == {"network": {"name": "b"}}
    assert laid_over({"network": {"name": "a", "width": 3}}, {"network": {"depth": 1}})["network"]["width"] == 3


def test_paths_are_relative_to_the_recipe(tmp_path: Path) -> None:
    inside = tmp_path / "recipes"
    inside.mkdir()
    recipe = load_recipe(written(inside, paired(tmp_path, data={**paired(tmp_path)["data"], "source": "../pictures"})))
    assert recipe.data.model_dump()["source"] == str((tmp_path / "pictures").resolve())


@pytest.mark.parametrize("text", ["kind: [", "- a\n- b\n", "!!python/object/apply:os.getcwd []", "\xff"])
def test_what_is_no_recipe_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(BurnishError, match="recipe-unreadable"):
        load_recipe(path)
    with pytest.raises(BurnishError, match="recipe-unknown"):
        find_recipe(str(tmp_path / "other.yaml"))


# Stages and schedules


def test_a_stage_takes_from_the_recipe_what_it_does_not_say(tmp_path: Path) -> None:
    stages = [
        {"name": "first", "steps": 2, "losses": [{"type": "l1"}], "data": {"crop": 8}},
        {"name": "second", "steps": 3, "batch": 5, "growth": 1, "fade": 2},
    ]
    first, second = recipe_of(paired(tmp_path, steps=None, stages=stages)).parts()
    assert (first.data.crop, first.batch, first.game) == (8, 2, None)
    assert (second.data.crop, second.batch, second.optimiser.learning_rate) == (16, 5, 1e-3)
    assert second.game is not None and second.game.kind == "vanilla"
    assert [second.alpha(step) for step in range(4)] == [0.0, 0.5, 1.0, 1.0]


def test_presets_stand_for_their_losses(tmp_path: Path) -> None:
    (part,) = recipe_of(unreferenced(tmp_path)).parts()
    assert [loss.type for loss in part.losses][1] == "exposure"
    assert [loss.weight for loss in recipe_of(unpaired(tmp_path)).parts()[0].losses] == [1.0, 10.0, 5.0]


def torchs_rates(make: Any, steps: int) -> list[float]:
    """What one of torch's schedulers makes of a learning rate of 1."""
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimiser)
    rates = []
    for _ in range(steps):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step()
    return rates


def test_schedules_are_torchs() -> None:
    schedulers = torch.optim.lr_scheduler
    pairs = [
        (MultiStep(at=(0.3, 0.7), times=0.1), lambda o: schedulers.MultiStepLR(o, [6, 14], 0.1)),
        (Cosine(to=0.25), lambda o: schedulers.CosineAnnealingLR(o, 20, eta_min=0.25)),
        (LinearDecay(begin=0.4), lambda o: schedulers.LambdaLR(o, lambda step: min(1.0, (20 - step) / 12))),
        (Constant(), lambda o: schedulers.ConstantLR(o, 1.0)),
    ]
    for ours, theirs in pairs:
        rates = [Optimiser(learning_rate=1.0, schedule=ours).rate(step, 20) for step in range(20)]
        assert rates == pytest.approx(torchs_rates(theirs, 20), abs=1e-9)


@given(st.integers(0, 50), st.integers(1, 100))
def test_a_warm_up_rises_to_the_full_rate(warm_up: int, steps: int) -> None:
    optimiser = Optimiser(learning_rate=1.0, warm_up=warm_up)
    rates = [optimiser.rate(step, steps) for step in range(steps)]
    assert rates == sorted(rates) and 0 < rates[0] <= 1
    assert all(math.isclose(rate, 1.0) for rate in rates[warm_up:])
