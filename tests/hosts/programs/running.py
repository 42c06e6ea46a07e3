"""Programs that run scenarios in a root, followed from outside."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hosts.programs.photograph import write_photograph
from hosts.programs.roots import CHECKOUT, HERE, Root, end_with_parent, in_root
from x_server import ARTIFACTS

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Outcome:
    """What came of one scenario. comparisons: stems of the layers it handed out for comparison."""

    error: str
    skipped: str = ""
    seconds: float = 0.0
    notes: Sequence[str] = ()
    comparisons: Sequence[str] = ()


@dataclass
class Running:
    """Scenarios in the making. outcomes: by identifier, as they come in."""

    process: subprocess.Popen[bytes]
    folder: Path
    artifacts: Path
    log: Path
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    workers: list[int] | None = None
    _read: int = 0

    @property
    def layers(self) -> Path:
        return self.folder / "layers"

    def outcome(self, identifier: str) -> Outcome:
        """Wait until the scenario ended; one that never will has failed, and the outcome says why."""
        while identifier not in self.outcomes:
            ended = self.process.poll() is not None
            self._read_events()
            if identifier not in self.outcomes:
                if ended:
                    return Outcome(f"the scenario never reported\n{self._last_words()}")
                time.sleep(_POLL_SECONDS)
        return self.outcomes[identifier]

    def wait(self) -> None:
        """Until all scenarios have ended."""
        self.process.wait()
        self._read_events()

    def stop(self) -> None:
        """End everything at once; nothing is left in the root."""
        self.process.kill()
        self.process.wait()
        for log in (self.folder / "logs").iterdir():
            own = log.name if log.name.startswith(self.folder.name) else f"{self.folder.name}-{log.name}"
            shutil.copy(log, self.artifacts / own)

    def _read_events(self) -> None:
        with (self.folder / "report").open("rb") as file:
            file.seek(self._read)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + len(newline)
        for line in whole.splitlines():
            event: dict[str, Any] = json.loads(line)
            kind = event.pop("event")
            if kind == "ended":
                identifier = event.pop("scenario")
                self.outcomes[identifier] = Outcome(**event)
            elif kind == "ready":
                self.versions[event["program"]] = event["version"]
            elif kind == "all-ended":
                self.workers = event["workers"]

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:])


def run_scenarios(
    root: Root,
    folder: Path,
    programs: Mapping[str, Sequence[str]],
    cache: Path,
    more: Mapping[str, str] | None = None,
) -> Running:
    """Start programs in a root with their scenarios' identifiers, all on one screen and with one worker.

    folder: empty, for what goes in and comes out. cache: Burnish's cache folder. more: further variables for the
    programs. Must be called from a thread that lasts as long as the programs.
    """
    artifacts = ARTIFACTS / "programs" / root.suite
    for each in (artifacts, cache, folder / "layers", folder / "pictures", folder / "logs"):
        each.mkdir(parents=True, exist_ok=True)
    write_photograph(folder / "pictures")
    (folder / "report").touch()
    plan = folder / "plan.json"
    plan.write_text(
        json.dumps({"python": sys.executable, "programs": {name: list(ids) for name, ids in programs.items()}})
    )
    environment = {
        "BURNISH_CACHE_DIR": str(cache),
        "BURNISH_RUNTIME_DIR": "/run/burnish",
        "BURNISH_LANGUAGE": "en",
        "BURNISH_SCENARIO_REPORT": str(folder / "report"),
        "BURNISH_SCENARIO_LAYERS": str(folder / "layers"),
        "BURNISH_SCENARIO_PICTURES": str(folder / "pictures"),
        "BURNISH_SCENARIO_LOGS": str(folder / "logs"),
        "BURNISH_SCENARIO_ARTIFACTS": str(artifacts),
        "BURNISH_SCENARIO_INSIDE": str(HERE / "inside"),
        "BURNISH_SCENARIO_BURNISH": str(CHECKOUT / "plugin" / "burnish"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **(more or {}),
    }
    supervisor = ["/usr/bin/python3", str(HERE / "inside" / "supervise.py"), str(plan)]
    command = in_root(
        root.path, *supervisor, show=[CHECKOUT], share=[folder, artifacts, cache], environment=environment
    )
    log = folder / "logs" / f"{'-and-'.join(programs)}-supervisor.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=end_with_parent
        )
    return Running(process, folder, artifacts, log)
