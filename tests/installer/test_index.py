"""Whether an index answers is found out quickly, whatever the network does."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from burnish_installer.index import unreachable_because


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(200 if self.path == "/torch/" else 403)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_an_index_that_answers(server):
    assert unreachable_because(f"{server}/torch/") == ""


def test_an_index_that_refuses(server):
    assert "403" in unreachable_because(f"{server}/forbidden/")


def test_a_closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert "refused" in unreachable_because(f"http://127.0.0.1:{taken.getsockname()[1]}/torch/")


def test_a_server_that_never_answers():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        reason = unreachable_because(f"http://127.0.0.1:{silent.getsockname()[1]}/torch/", patience=0.2)
    assert "timed out" in reason or "no answer" in reason


def test_a_name_that_does_not_exist():
    assert unreachable_because("http://no-such-host.invalid/torch/")
