"""The command line, `burnish`: the same requests as every other front, without a window.

Nothing heavy is imported before a command needs it, so that help and errors come at once.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from burnish.language import _, use_language
from burnish.wire.sentences import BurnishError

__all__ = ["main"]

FAILED = 1
USAGE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 (failed), 2 (wrong usage) or 130 (interrupted)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show must not end the program
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    _choose_language(given)
    from burnish.cli import commands

    try:
        return commands.run(given)
    except BurnishError as error:
        from burnish.cli.terminal import show_failure

        show_failure(error.failure)
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write(_("Interrupted.") + "\n")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        sys.stderr.close()
        return FAILED
    except Exception as error:  # noqa: BLE001 - a defect of ours: a sentence here, the traceback in a file
        return _report_defect(error)


def _choose_language(arguments: Sequence[str]) -> None:
    """Help texts are made when the commands are, so the language comes first."""
    for place, argument in enumerate(arguments):
        if argument == "--":
            return
        if argument == "--language" and place + 1 < len(arguments):
            use_language(arguments[place + 1])
        elif argument.startswith("--language="):
            use_language(argument.partition("=")[2])


def _report_defect(error: Exception) -> int:
    import traceback

    from burnish.cli.terminal import show_failure
    from burnish.wire.runtime import log_path

    log = log_path().with_name("command-line.log")
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        pass  # the sentence below is all that can be done
    reason = f"{type(error).__name__}: {error}"
    show_failure(BurnishError("internal", reason=reason, log=str(log)).failure)
    return FAILED
