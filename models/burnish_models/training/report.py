"""What a training says: a line that changes in place for people, JSON lines and TensorBoard for programs."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

_WIDEST_BAR = 24


class Report:
    """The reports of one run; only one process of a run makes one.

    Everything goes into log.jsonl and TensorBoard's files in the run's folder, and to standard error for people.
    """

    def __init__(self, folder: Path, steps: int, done: int, console: Console | None = None) -> None:
        """Open the log, after what an earlier part of the run wrote.

        Args:
            folder: of the run; it exists.
            steps: of the whole training.
            done: that were done in an earlier part.
            console: where people look; standard error when left out.
        """
        from torch.utils.tensorboard import SummaryWriter

        self._console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._log = (folder / "log.jsonl").open("a", encoding="utf-8")
        self._board = SummaryWriter(str(folder / "tensorboard"), purge_step=done or None)
        self._steps, self._done = steps, done
        self._pace = Pace()
        self._live, self._task = self._begin_live()

    def say(self, sentence: str) -> None:
        """A line that stays."""
        self._console.print(sentence)

    def event(self, event: str, **values: Any) -> None:
        """One line of the log."""
        self._log.write(json.dumps({"event": event, "time": round(time.time(), 3), **values}) + "\n")
        self._log.flush()

    def stepped(self, step: int, stage: str) -> None:
        """Steps are done; shows where the training is."""
        self._pace.passed(step)
        if self._live is not None:
            left = duration(self._pace.seconds_per_step * (self._steps - step)) if self._pace.known else "…"
            self._live.update(self._task, completed=step, text=f"{step} of {self._steps} steps · {stage} · {left} left")

    def measured(self, step: int, stage: str, rate: float, values: dict[str, float]) -> None:
        """Means of the losses since the last time."""
        seconds = self._pace.seconds_per_step
        self.event("step", step=step, stage=stage, learning_rate=rate, seconds_per_step=seconds, losses=values)
        for name, value in values.items():
            self._board.add_scalar(f"losses/{name}", value, step)
        self._board.add_scalar("learning rate", rate, step)
        if self._live is None:
            spoken = ", ".join(f"{name} {value:.4g}" for name, value in values.items())
            left = duration(seconds * (self._steps - step))
            self.say(f"step {step} of {self._steps} ({stage}): {spoken}; {seconds:.2f} s a step, {left} left")

    def judged(self, step: int, found: dict[str, float]) -> None:
        """What the validation found."""
        self.event("validation", step=step, judges=found)
        for name, value in found.items():
            self._board.add_scalar(f"validation/{name}", value, step)
        self.say(f"step {step}, validation: " + ", ".join(f"{name} {value:.4g}" for name, value in found.items()))

    def close(self) -> None:
        """Everything is on the disk."""
        if self._live is not None:
            self._live.stop()
        self._log.close()
        self._board.close()

    def _begin_live(self) -> tuple[Progress | None, TaskID]:
        if not self._console.is_terminal:
            return None, TaskID(0)
        live = Progress(BarColumn(_WIDEST_BAR), TextColumn("{task.fields[text]}"), console=self._console)
        task = live.add_task("", total=self._steps, completed=self._done, text="starting")
        live.start()
        return live, task


class Pace:
    """How long a step takes now: a moving mean, so that a new stage's own speed is soon what counts."""

    _SHARE = 0.05

    def __init__(self) -> None:
        self.seconds_per_step = 0.0
        self._last: tuple[int, float] | None = None
        self._seen = 0

    @property
    def known(self) -> bool:
        return self._seen > 0

    def passed(self, step: int, now: float | None = None) -> None:
        """This step is done now."""
        now = time.monotonic() if now is None else now
        if self._last is not None and step > self._last[0]:
            seconds = (now - self._last[1]) / (step - self._last[0])
            self._seen += 1
            share = max(self._SHARE, 1 / self._seen)
            self.seconds_per_step += share * (seconds - self.seconds_per_step)
        self._last = step, now


def duration(seconds: float) -> str:
    """For people: 12 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def complain(sentence: str, hint: str, console: Console | None = None) -> None:
    """A failure, for people, where no front of Burnish shows it."""
    stream = sys.stderr if console is None else console.file
    stream.write(f"Failed: {sentence}\n" + (f"        {hint}\n" if hint else ""))
