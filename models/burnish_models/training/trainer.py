"""The trainer: from a recipe and a folder to a generator's weights, whatever kind of recipe and machine it is.

A run's folder holds recipe.yaml (everything spelled out), log.jsonl, tensorboard/, samples/, checkpoints/, one weights
file for each stage that has ended in stages/, and generator.safetensors, as of the newest checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import torch
import yaml
from accelerate import Accelerator
from torch import Tensor

from burnish.wire.sentences import BurnishError
from burnish_models.data.sample import Sample, batch
from burnish_models.folders import replacing
from burnish_models.losses.total import WeightedLosses
from burnish_models.training.average import move_average
from burnish_models.training.batches import Batches, usual_workers
from burnish_models.training.checkpoints import latest_checkpoint, load_checkpoint, read_progress, save_checkpoint
from burnish_models.training.export import export_generator
from burnish_models.training.guard import save_broken_batch
from burnish_models.training.parallel import any_process, averaged_values
from burnish_models.training.randomness import seed_step
from burnish_models.training.report import Report
from burnish_models.training.samples import save_sheet
from burnish_models.training.schema import Kind, Part, Recipe
from burnish_models.training.start import load_teacher
from burnish_models.training.state import State, new_state, optimisers_of
from burnish_models.training.steps.paired import paired_step
from burnish_models.training.steps.unpaired import unpaired_step
from burnish_models.training.steps.unreferenced import unreferenced_step
from burnish_models.training.steps.work import NotFinite, Values, Work
from burnish_models.training.stop import Stop
from burnish_models.training.validating import Judges, evaluating

STEPS: dict[Kind, Callable[[Work], Values]] = {
    "paired": paired_step,
    "unpaired": unpaired_step,
    "unreferenced": unreferenced_step,
}

Ending = Literal["finished", "stopped"]


@dataclass
class Means:
    """Means of what steps measured, without waiting for a GPU in every step."""

    sums: dict[str, Tensor] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, values: Values) -> None:
        for name, value in values.items():
            self.sums[name] = self.sums[name] + value if name in self.sums else value
            self.counts[name] = self.counts.get(name, 0) + 1

    def take(self) -> dict[str, Tensor]:
        """The means since the last time."""
        means = {name: total / self.counts[name] for name, total in self.sums.items()}
        self.sums, self.counts = {}, {}
        return means


class Trainer:
    """One run of one recipe.

    Args:
        recipe: what to do; `batch` must be a multiple of the number of processes.
        folder: of the run; made if it is missing.
        resume: a checkpoint, or a run's folder, whose newest one is meant: go on from there.
        accelerator: which device, and which of several processes this is.
        stop: asked after every step.
    """

    def __init__(
        self,
        recipe: Recipe,
        folder: Path,
        *,
        resume: Path | None = None,
        accelerator: Accelerator | None = None,
        stop: Stop | None = None,
    ) -> None:
        """Build everything and fetch what it needs. Raises BurnishError."""
        self.recipe, self.folder, self.stop = recipe, folder, stop or Stop()
        self.parts = recipe.parts()
        self._accelerator = accelerator or Accelerator()
        self._check_batches()
        self._report: Report | None = None
        self._means = Means()
        device = self._accelerator.device
        self.state: State = new_state(recipe, device)
        self._teacher = load_teacher(recipe.teacher).to(device) if recipe.teacher else None
        validation = recipe.validation
        self._judges = Judges(validation, recipe.seed, device) if validation and self._is_first else None
        if resume is not None:
            self._resume(latest_checkpoint(resume))
        elif self._is_first:
            folder.mkdir(parents=True, exist_ok=True)
            _save_recipe(folder, recipe)

    @property
    def steps(self) -> int:
        """Of all stages together."""
        return sum(part.steps for part in self.parts)

    def run(self) -> Ending:
        """Train to the end, or until `stop` wants no more; either way everything is saved.

        Raises:
            BurnishError: "training-diverged" where a gradient is not finite; what data sets and losses raise.
        """
        progress = self.state.progress
        if self._is_first:
            self._report = Report(self.folder, self.steps, progress.step)
            self._report.event("begin", step=progress.step, steps=self.steps, device=str(self._accelerator.device),
                               processes=self._accelerator.num_processes, torch=torch.__version__)  # fmt: skip
        try:
            while progress.stage < len(self.parts):
                if self._run_stage(self.parts[progress.stage]) == "stopped":
                    return "stopped"
            if self._report is not None:
                self._report.event("end", step=progress.step)
                self._report.say(f"The weights are in {self.folder / 'generator.safetensors'}.")
            return "finished"
        finally:
            if self._report is not None:
                self._report.close()

    def _run_stage(self, part: Part) -> Ending:
        progress = self.state.progress
        if progress.stage_step == 0:
            self.state.begin_stage(self.recipe, part)
        losses = self._losses(part)
        batches = self._batches(part)
        while progress.stage_step < part.steps:
            self._step(part, losses, batches)
            self._look(part)
            if any_process(self._accelerator, self.stop.wanted):
                self._save_checkpoint(say=True)
                return "stopped"
        if self._is_first and len(self.parts) > 1:
            for name, network in self.state.results().items():
                path = self.folder / "stages" / f"{part.name}-{name}.safetensors"
                export_generator(network, path, self.recipe, progress.step)
        progress.stage, progress.stage_step, progress.samples = progress.stage + 1, 0, 0
        return "finished"

    def _step(self, part: Part, losses: WeightedLosses, batches: Batches) -> None:
        """One step of the generator, with everything that belongs to it."""
        progress = self.state.progress
        generators, discriminators = optimisers_of(self.recipe, part)
        _set_rate(self.state, "generators", generators.rate(progress.stage_step, part.steps))
        _set_rate(self.state, "discriminators", discriminators.rate(progress.stage_step, part.steps))
        work = Work(
            self.recipe,
            part,
            self.state,
            losses,
            self._accelerator,
            batches.draw,
            seed_step(self.recipe.seed, progress.step, self._accelerator.process_index),
            self.state.grow(part, progress.stage_step),
            self._teacher,
        )
        try:
            self._means.add(STEPS[self.recipe.kind](work))
        except NotFinite as error:
            raise self._diverged(work, error) from error
        except torch.OutOfMemoryError as error:
            raise BurnishError("training-out-of-memory", detail=str(error), batch=part.batch) from error
        except ValueError as error:
            if progress.stage_step:  # what a recipe's parts do not fit together in shows at once
                raise
            raise self._does_not_fit(part, error) from error
        for name, average in self.state.averages.items():
            move_average(average, self.state.networks[name], self.recipe.average, progress.step)
        progress.step += 1
        progress.stage_step += 1

    def _look(self, part: Part) -> None:
        """What is due after this step: the log, the validation, a sheet, a checkpoint."""
        step, last = self.state.progress.step, self.state.progress.step == self.steps
        if self._report is not None:
            self._report.stepped(step, part.name)
        if step % self.recipe.log_every == 0 or last:
            values = averaged_values(self._accelerator, self._means.take())
            if self._report is not None:
                rate = self.state.optimisers["generators"].param_groups[0]["lr"]
                self._report.measured(step, part.name, rate, values)
        validation = self.recipe.validation
        if self._is_first and validation is not None and (step % validation.every == 0 or last):
            self._judge()
        if self._is_first and (step % self.recipe.sample_every == 0 or last):
            self._save_sheets(part)
        if step % self.recipe.checkpoint_every == 0 or last:
            self._save_checkpoint()

    def _judge(self) -> None:
        assert self._judges is not None and self._report is not None
        self._report.judged(self.state.progress.step, self._judges.judge(self.state.results()["generator"]))

    def _save_sheets(self, part: Part) -> None:
        count = self.recipe.sample_pictures
        if self._judges is not None:
            samples = self._judges.first(count)
        else:
            kept = batch(part.data.build(self.recipe.seed), range(count))
            device = self._accelerator.device
            samples = Sample(kept.input.to(device), None if kept.target is None else kept.target.to(device))
        for name, network in self.state.results().items():
            turned = samples
            if name == "generator-back":  # it is given what the other should make
                if samples.target is None:
                    continue
                turned = Sample(samples.target, samples.input)
            path = self.folder / "samples" / f"step-{self.state.progress.step:08d}-{name}.png"
            with evaluating(network):
                save_sheet(path, network, turned)

    def _save_checkpoint(self, *, say: bool = False) -> None:
        if self._report is not None:
            path = save_checkpoint(self.folder, self.state, self.recipe.keep_checkpoints)
            self._export_results()
            self._report.event("checkpoint", step=self.state.progress.step, path=str(path.relative_to(self.folder)))
            if say:
                self._report.say(f"Stopped after step {self.state.progress.step} of {self.steps}; saved in {path}.")
        self._accelerator.wait_for_everyone()

    def _export_results(self) -> None:
        """What the training has come to so far, so that it can be tried while it goes on."""
        for name, network in self.state.results().items():
            export_generator(network, self.folder / f"{name}.safetensors", self.recipe, self.state.progress.step)

    def _diverged(self, work: Work, error: NotFinite) -> BurnishError:
        step = self.state.progress.step
        path = save_broken_batch(self.folder, step, self._accelerator.process_index, work.drawn, error.group)
        if self._report is not None:
            self._report.event("diverged", step=step, group=error.group, batch=path.name)
        return BurnishError("training-diverged", step=step + 1, group=error.group, path=str(path))

    def _resume(self, checkpoint: Path) -> None:
        progress = read_progress(checkpoint)
        if progress.stage < len(self.parts) and progress.stage_step > 0:
            self.state.begin_stage(self.recipe, self.parts[progress.stage])
        load_checkpoint(checkpoint, self.state)

    def _losses(self, part: Part) -> WeightedLosses:
        try:
            return WeightedLosses(part.losses)
        except ValueError as error:
            raise self._does_not_fit(part, error) from error

    def _does_not_fit(self, part: Part, error: ValueError) -> BurnishError:
        reasons = f"{part.name}: {str(error).rstrip('.')}."
        return BurnishError("recipe-wrong", path=str(self.folder / "recipe.yaml"), reasons=reasons)

    def _batches(self, part: Part) -> Batches:
        progress, device = self.state.progress, self._accelerator.device
        workers = usual_workers(device) if self.recipe.workers is None else self.recipe.workers
        # Every stage has samples of its own.
        data = part.data.build(self.recipe.seed + progress.stage)
        return Batches(data, part.batch, progress.samples, device, workers, self._accelerator.process_index,
                       self._accelerator.num_processes)  # fmt: skip

    def _check_batches(self) -> None:
        processes = self._accelerator.num_processes
        for part in self.parts:
            if part.batch % processes:
                raise BurnishError("batch-uneven", batch=part.batch, processes=processes)

    @property
    def _is_first(self) -> bool:
        """Whether this process is the one that reports and saves."""
        return self._accelerator.is_main_process


def _set_rate(state: State, group: str, rate: float) -> None:
    if group in state.optimisers:
        for parameters in state.optimisers[group].param_groups:
            parameters["lr"] = rate


def _save_recipe(folder: Path, recipe: Recipe) -> None:
    with replacing(folder / "recipe.yaml") as beside:
        text = yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
        beside.write_text(text, encoding="utf-8")
