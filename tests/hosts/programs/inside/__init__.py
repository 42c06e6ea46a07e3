"""What scenarios may use inside Krita and GIMP: waiting, pictures, comparison, screenshots, workers. Stdlib only."""

from inside.outcomes import ends_program, keep_file, note, skip, takes
from inside.pictures import compare_with_cli, picture
from inside.screen import screenshot
from inside.waiting import run_loop, wait_until
from inside.workers import kill_worker, workers

__all__ = [
    "compare_with_cli",
    "ends_program",
    "keep_file",
    "kill_worker",
    "note",
    "picture",
    "run_loop",
    "screenshot",
    "skip",
    "takes",
    "wait_until",
    "workers",
]
