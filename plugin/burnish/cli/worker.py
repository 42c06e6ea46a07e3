"""`burnish worker`: see, stop or run the process that does the work."""

from __future__ import annotations

from rich.text import Text

from burnish.cli.terminal import output, print_json
from burnish.client import WorkerClient
from burnish.client.launcher import Launcher
from burnish.language import _, plural
from burnish.wire.codec import to_plain
from burnish.wire.messages import Description
from burnish.wire.runtime import log_path


def show_status(*, as_json: bool) -> None:
    """Say whether a worker runs. Never starts one."""
    client = WorkerClient()
    description = client.describe() if client.running() else None
    if as_json:
        print_json({"running": description is not None, "worker": to_plain(description), "log": str(log_path())})
        return
    console = output()
    if description is None:
        console.print(_("No worker runs; the next command that needs one starts it."))
        return
    for line in status_lines(description):
        console.print(Text(line))


def status_lines(description: Description) -> list[str]:
    jobs = plural("{count} job", "{count} jobs", description.jobs).format(count=description.jobs)
    lines = [
        _("Burnish {version} runs as process {pid}, with {jobs}.").format(
            version=description.version, pid=description.pid, jobs=jobs
        ),
        _("It ends after {minutes} idle minutes.").format(minutes=f"{description.idle_exit_seconds / 60:g}"),
        _("Log: {path}").format(path=description.log),
    ]
    return lines


def stop_worker(*, force: bool) -> None:
    """End the worker. Raises BurnishError("worker-busy") while it has jobs, unless forced."""
    stopping = WorkerClient().stop(force=force)
    output().print(_("No worker runs.") if stopping is None else _("The worker has been stopped."))


def run_in_foreground() -> int:
    """Run the worker as a child, as the room that holds it is not ours to import; returns its exit status.

    Ctrl-C reaches this process only and is passed on as a request to end, which is quiet at any moment.
    """
    process = Launcher().start_in_foreground()
    interrupted = False
    while True:
        try:
            status = process.wait()
            return 0 if interrupted else status
        except KeyboardInterrupt:
            interrupted = True
            process.terminate()
