"""`python -m burnish_models.training RECIPE ...`: what `burnish train` starts."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from accelerate import Accelerator

from burnish.wire.codec import encode
from burnish.wire.sentences import BurnishError
from burnish_models.folders import replacing
from burnish_models.training.launch import is_part_of_several, run_several, usual_processes
from burnish_models.training.recipe_file import checked, find_recipe, read_recipe
from burnish_models.training.report import complain
from burnish_models.training.schema import Recipe
from burnish_models.training.stop import Stop
from burnish_models.training.trainer import Trainer

FAILED, INTERRUPTED = 1, 130
FAILURE_VARIABLE = "BURNISH_FAILURE_FILE"
"""Names the file in which a program that started us reads why we failed, to say it in the user's language."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and return the exit status: 0, 1 (failed), 2 (wrong usage) or 130 (interrupted; everything is saved)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    if options.schema:
        sys.stdout.write(json.dumps(Recipe.model_json_schema(), indent=2, ensure_ascii=False) + "\n")
        return 0
    try:
        return _train(options, given)
    except OSError as error:
        reason = error.strerror or str(error)
        _tell(BurnishError("file-unreadable", detail=str(error), path=str(error.filename), reason=reason))
        return FAILED
    except BurnishError as error:
        if int(os.environ.get("RANK", "0")) == 0:
            _tell(error)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _train(options: argparse.Namespace, given: list[str]) -> int:
    recipe, folder = _recipe_and_folder(options)
    processes = options.processes or usual_processes(options.device)
    if processes > 1 and not is_part_of_several():
        if options.resume is None:  # each process would choose another folder otherwise
            given = [*given, "--out", str(folder)]
        return run_several(processes, options.device, given)
    if options.device == "cuda" and not torch.cuda.is_available():
        raise BurnishError("device-missing", name="cuda", known="cpu")
    stop = Stop()
    with stop.listening():
        accelerator = Accelerator(cpu=options.device == "cpu")
        trainer = Trainer(recipe, folder, resume=options.resume, accelerator=accelerator, stop=stop)
        ending = trainer.run()
    if is_part_of_several():
        torch.distributed.destroy_process_group()
    return INTERRUPTED if ending == "stopped" else 0


def _recipe_and_folder(options: argparse.Namespace) -> tuple[Recipe, Path]:
    """What to train, and where to keep it. Raises BurnishError."""
    if options.resume is not None:
        if options.recipe is not None or options.smoke or options.out is not None:
            raise BurnishError("resume-alone")
        folder = _run_folder(options.resume)
        kept = folder / "recipe.yaml"
        if not kept.is_file():
            raise BurnishError("checkpoint-missing", folder=str(folder))
        return checked(read_recipe(kept, options.changes), str(kept)), folder
    if options.recipe is None:
        raise BurnishError("recipe-not-named")
    path = find_recipe(options.recipe)
    recipe = checked(read_recipe(path, options.changes, smoke=options.smoke), options.recipe)
    if options.out is None:
        return recipe, _fresh_folder(Path("trained"), path.stem)
    if options.out.exists() and not options.out.is_dir():
        raise BurnishError("folder-is-file", path=str(options.out))
    if options.out.is_dir() and any(options.out.iterdir()) and not is_part_of_several():
        raise BurnishError("run-exists", folder=str(options.out))
    return recipe, options.out


def _run_folder(path: Path) -> Path:
    """A run's folder, also where one of its checkpoints is named."""
    inside = (path / "state.json").is_file()
    return path.absolute().parent.parent if inside else path


def _fresh_folder(parent: Path, name: str) -> Path:
    """trained/NAME, or the first of trained/NAME-2, -3, ... that is not there yet."""
    number, folder = 1, parent / name
    while folder.exists():
        number += 1
        folder = parent / f"{name}-{number}"
    return folder


def _tell(error: BurnishError) -> None:
    failure = error.failure
    told_in = os.environ.get(FAILURE_VARIABLE)
    if told_in is None:
        complain(failure.message, failure.hint)
        return
    with replacing(Path(told_in)) as beside:
        beside.write_bytes(encode(failure))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m burnish_models.training", description="Train a generator as a recipe says."
    )
    parser.add_argument("recipe", nargs="?", metavar="RECIPE", help="a recipe's file, or the name of a shipped one")
    parser.add_argument("--set", dest="changes", action="append", default=[], metavar="A.B=C",
                        help="change a value of the recipe; may be given several times")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR", help="a folder for the run; trained/NAME if left out")
    parser.add_argument("--resume", type=Path, metavar="DIR", help="go on with the run in this folder")
    parser.add_argument("--smoke", action="store_true", help="train the recipe's small form, in minutes")
    parser.add_argument("--schema", action="store_true", help="print the JSON schema of recipes")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where to compute")
    parser.add_argument("--processes", type=int, metavar="N", help="processes that share a batch; one for each GPU")
    return parser


if __name__ == "__main__":
    status = main()
    if is_part_of_several():  # what threads torch.distributed still has would abort the interpreter's orderly end
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
