"""Programs that run their scenarios while pytest is still busy with other tests."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from hosts.programs.roots import Root
from hosts.programs.running import Running, run_scenarios


class Programs:
    """All programs that are wanted, started as soon as the root is there.

    Args:
        wanted: groups by name, each in a system of its own: identifiers of scenarios by program.
        folder: for what goes in and comes out; removed in the end.
        cache: Burnish's cache folder in the programs.
    """

    def __init__(
        self, root: Root, wanted: Mapping[str, Mapping[str, Sequence[str]]], folder: Path, cache: Path
    ) -> None:
        self._root = root
        self._wanted = wanted
        self._folder = folder
        self._cache = cache
        self._running: dict[str, Running] = {}
        self._error: Exception | None = None
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin, and return at once."""
        self._root.start_building()
        self._thread.start()

    def running(self, group: str) -> Running:
        """A group's programs, as soon as they were started. Raises what prevented that."""
        self._begun.wait()
        if self._error is not None:
            raise self._error
        return self._running[group]

    def stop(self) -> None:
        """End everything at once; nothing is left."""
        self._begun.wait()
        for each in self._running.values():
            each.stop()
        self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self) -> None:
        """The programs end with the thread that started them, so it lasts as long as they do."""
        try:
            if not self._root.why_not():
                for group, programs in self._wanted.items():
                    folder = self._folder / group
                    self._running[group] = run_scenarios(self._root, folder, programs, self._cache)
        except Exception as error:  # noqa: BLE001 - raised where somebody waits for it
            self._error = error
        finally:
            self._begun.set()
        for each in self._running.values():
            each.process.wait()
