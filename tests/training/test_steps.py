"""What one step does to whom: each player's own weights, as many batches as the recipe says, the pool, the average."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from burnish_models.data.sample import Sample
from burnish_models.losses.penalties import gradient_penalty
from burnish_models.losses.total import WeightedLosses
from burnish_models.training.average import averaged_copy, move_average
from burnish_models.training.batches import Batches
from burnish_models.training.image_pool import ImagePool
from burnish_models.training.randomness import seed_step
from burnish_models.training.report import Pace, duration
from burnish_models.training.steps.paired import paired_step
from burnish_models.training.steps.unpaired import unpaired_step
from burnish_models.training.steps.work import NotFinite, Work
from burnish_models.training.trainer import Trainer
from training.recipes_for_tests import paired, trainer_of, unpaired


def work_of(trainer: Trainer, seed: int = 0) -> Work:
    """One step's work, with learning rates as the trainer would set them."""
    part = trainer.parts[0]
    trainer.state.begin_stage(trainer.recipe, part)
    batches = trainer._batches(part)
    generator = seed_step(seed, 0, 0)
    return Work(trainer.recipe, part, trainer.state, WeightedLosses(part.losses), trainer._accelerator, batches.draw,
                generator)  # fmt: skip


def snapshot(network: nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


def test_a_paired_step_is_adams_step_on_the_weighted_losses(pictures: Path, tmp_path: Path) -> None:
    """Against the same step written out by hand, for a generator without an adversary."""
    values = paired(pictures, losses=[{"type": "l1", "weight": 0.5}, {"type": "mse"}], discriminator=None)
    trainer = trainer_of(values, tmp_path)
    twin = averaged_copy(trainer.state.networks["generator"]).requires_grad_(True)
    sample = trainer._batches(trainer.parts[0]).draw()
    paired_step(work_of(trainer))

    optimiser = torch.optim.AdamW(twin.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.0)
    assert sample.target is not None
    difference = twin(sample.input) - sample.target
    (0.5 * difference.abs().mean() + difference.square().mean()).backward()
    optimiser.step()
    assert torch.allclose(snapshot(twin), snapshot(trainer.state.networks["generator"]), atol=1e-7)


def test_each_player_is_moved_by_its_own_loss_alone(pictures: Path, tmp_path: Path) -> None:
    trainer = trainer_of(paired(pictures), tmp_path)
    work = work_of(trainer)
    generator, discriminator = (trainer.state.networks[name] for name in ("generator", "discriminator"))
    before = snapshot(generator), snapshot(discriminator)
    sample = work.draw()
    assert sample.target is not None
    work.train_discriminators({"discriminator": (sample.target, torch.rand_like(sample.target))})
    assert torch.equal(snapshot(generator), before[0])
    trained = snapshot(discriminator)
    assert not torch.equal(trained, before[1])
    with work.held("discriminators"):
        loss = -work.run("discriminator", work.run("generator", sample.input)).mean()
    work.update("generators", loss)
    assert torch.equal(snapshot(discriminator), trained)
    assert all(parameter.requires_grad for parameter in discriminator.parameters())
    assert not torch.equal(snapshot(generator), before[0])


@pytest.mark.parametrize(("steps", "make"), [(1, paired), (5, paired), (3, unpaired)])
def test_the_discriminator_takes_its_steps_each_with_a_batch(
    steps: int, make: Any, pictures: Path, tmp_path: Path
) -> None:
    trainer = trainer_of(make(pictures, adversary={"steps": steps}), tmp_path)
    work = work_of(trainer)
    (paired_step if make is paired else unpaired_step)(work)
    assert len(work.drawn) == steps
    assert trainer.state.progress.samples == 2 * steps
    counts = {float(entry["step"]) for entry in trainer.state.optimisers["discriminators"].state.values()}
    assert counts == {float(steps)}
    assert {float(entry["step"]) for entry in trainer.state.optimisers["generators"].state.values()} == {1.0}
    inputs = [sample.input for sample in work.drawn]
    assert all(not torch.equal(inputs[0], other) for other in inputs[1:])


def test_a_penalty_is_added_every_so_often_as_much_stronger(pictures: Path, tmp_path: Path) -> None:
    adversary = {"penalty": {"type": "gradient-penalty", "weight": 10}, "penalty_every": 2}
    losses = [{"type": "l1"}, {"type": "adversarial", "kind": "wasserstein"}]
    values = paired(pictures, adversary=adversary, losses=losses, discriminator={"name": "patchgan", "features": 4,
                    "layers": 1, "norm": "none"})  # fmt: skip
    trainer = trainer_of(values, tmp_path)
    work, critic = work_of(trainer), trainer.state.networks["discriminator"]
    sample = work.draw()
    assert sample.target is not None
    made = torch.rand_like(sample.target)
    expected = gradient_penalty(critic, sample.target, made, seed_step(0, 0, 0)).item()
    values_at_0 = work.train_discriminators({"discriminator": (sample.target, made)})
    assert values_at_0["discriminator gradient-penalty"].item() == pytest.approx(expected, rel=1e-5)
    trainer.state.progress.stage_step = 1
    assert "discriminator gradient-penalty" not in work.train_discriminators({"discriminator": (sample.target, made)})


def test_gradients_are_clipped_and_nothing_moves_where_they_are_not_finite(pictures: Path, tmp_path: Path) -> None:
    trainer = trainer_of(paired(pictures, clip_gradients=0.01), tmp_path)
    work, generator = work_of(trainer), trainer.state.networks["generator"]
    sample = work.draw()
    norm = work.update("generators", 100 * work.run("generator", sample.input).sum())
    assert norm > 1
    kept = torch.cat([p.grad.flatten() for p in generator.parameters() if p.grad is not None])
    assert torch.linalg.vector_norm(kept).item() == pytest.approx(0.01, rel=1e-3)
    before = snapshot(generator)
    with pytest.raises(NotFinite):
        work.update("generators", work.run("generator", sample.input).sum() * float("inf"))
    assert torch.equal(snapshot(generator), before)


def test_bf16_keeps_losses_and_results_in_float32(pictures: Path, tmp_path: Path) -> None:
    trainer = trainer_of(paired(pictures, precision="bf16"), tmp_path)
    work = work_of(trainer)
    seen: list[torch.dtype] = []
    first = trainer.state.networks["generator"].get_submodule("body.0")
    first.register_forward_hook(lambda _, __, output: seen.append(output.dtype))
    values = paired_step(work)
    assert set(seen) == {torch.bfloat16}
    assert {value.dtype for value in values.values()} == {torch.float32}
    assert all(parameter.dtype == torch.float32 for parameter in trainer.state.parameters("generators"))


def test_the_average_moves_by_its_decay_and_forgets_the_beginning_soon() -> None:
    network = nn.BatchNorm1d(1)
    average = averaged_copy(network)
    with torch.no_grad():
        network.weight.fill_(3.0)
        network.running_mean.fill_(7.0)  # type: ignore[union-attr]
    move_average(average, network, decay=0.9, step=0)
    assert average.weight.item() == pytest.approx(0.1 * 1 + 0.9 * 3)  # (1 + 0) / (10 + 0)
    move_average(average, network, decay=0.9, step=1000)
    assert average.weight.item() == pytest.approx(0.9 * 2.8 + 0.1 * 3)
    assert average.running_mean.item() == 7.0  # type: ignore[union-attr]


def test_the_pool_shows_old_pictures_half_of_the_time() -> None:
    pool, random = ImagePool(50), torch.Generator().manual_seed(1)
    pictures = [torch.full((1, 3, 2, 2), float(number)) for number in range(2000)]
    shown = [pool.exchange(picture, random)[0, 0, 0, 0].item() for picture in pictures]
    assert shown[:50] == list(range(50)) and len(pool.kept) == 50
    old = [value != number for number, value in enumerate(shown)][50:]
    assert 0.45 < sum(old) / len(old) < 0.55
    # Whoever was shown from the pool has left it; only the first fifty were also shown when they came.
    again = {value for value, times in Counter(shown).items() if times > 1}
    assert again <= set(range(50)) and max(Counter(shown).values()) == 2
    assert ImagePool(0).exchange(pictures[3], random) is pictures[3]
    assert pool.exchange(torch.zeros(1, 3, 4, 4), random).shape == (1, 3, 4, 4)


class Numbered:
    def __getitem__(self, index: int) -> Sample:
        return Sample(torch.full((3, 1, 1), float(index)), None)


@pytest.mark.parametrize("workers", [0, 2])
def test_processes_share_each_batch_in_order(workers: int) -> None:
    shares = [Batches(Numbered(), 6, 12, torch.device("cpu"), workers, process, 3) for process in range(3)]
    drawn = [[share.draw().input[:, 0, 0, 0].tolist() for _ in range(2)] for share in shares]
    assert drawn == [[[12, 13], [18, 19]], [[14, 15], [20, 21]], [[16, 17], [22, 23]]]


def test_drawing_batches_leaves_the_layers_random_numbers_alone() -> None:
    torch.manual_seed(3)
    before = torch.get_rng_state()
    Batches(Numbered(), 2, 0, torch.device("cpu"), 0, 0, 1).draw()
    assert torch.equal(before, torch.get_rng_state())


def test_random_numbers_are_those_of_seed_step_and_process() -> None:
    def numbers(*place: int) -> list[float]:
        generator = seed_step(*place)
        return [torch.rand(1).item(), torch.rand(1, generator=generator).item()]

    places = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]
    drawn = [value for place in places for value in numbers(*place)]
    assert len(set(drawn)) == len(drawn)
    assert [value for place in places for value in numbers(*place)] == drawn


def test_the_pace_follows_a_new_speed() -> None:
    pace, now = Pace(), 0.0
    for step in range(1, 101):
        pace.passed(step, now := now + 1.0)
    assert pace.seconds_per_step == pytest.approx(1.0)
    for step in range(101, 201):
        pace.passed(step, now := now + 3.0)
    assert pace.seconds_per_step == pytest.approx(3.0, abs=0.05)
    assert [duration(seconds) for seconds in (12, 200, 7500)] == ["12 s", "3 min 20 s", "2 h 5 min"]
