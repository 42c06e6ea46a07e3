"""Following a job on a thread: whoever ends first, its memory is freed."""

from burnish.panel.job_thread import JobThread
from burnish.wire.request import Request
from panel_catalogue import noise
from panel_runs import MODEL, PATIENCE_MS


def ended(qtbot, shared_client) -> JobThread:
    thread = JobThread(shared_client.submit(Request(MODEL), noise(16, 16)))
    thread.tile.connect(lambda _tile, _pixels: thread.painted())
    thread.start()
    assert thread.wait(PATIENCE_MS / 1000)
    assert thread.job.result_path
    return thread


def test_a_job_that_has_ended_is_kept_until_it_is_retired(qtbot, shared_client):
    thread = ended(qtbot, shared_client)
    assert len(thread.job.result()) == 32 * 32 * 3
    thread.retire()
    assert thread.job.result_path == ""


def test_a_job_that_is_retired_in_its_threads_last_moment_is_freed_too(qtbot, shared_client, monkeypatch):
    thread = ended(qtbot, shared_client)
    monkeypatch.setattr(thread._thread, "is_alive", lambda: True)  # as it is right after the thread's last look
    thread.retire()
    assert thread.job.result_path == ""


def test_a_job_that_is_retired_while_it_runs_is_freed_at_its_end(qtbot, shared_client):
    thread = JobThread(shared_client.submit(Request(MODEL), noise(16, 16)))
    thread.start()
    thread.retire()
    assert thread.wait(PATIENCE_MS / 1000)
    assert thread.job.result_path == ""
