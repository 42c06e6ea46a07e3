"""An X server with a window manager, for one root alone."""

from __future__ import annotations

import os
import subprocess
import time

_WAIT_SECONDS = 120


def start_screen(size: str) -> None:
    """Start both, and set DISPLAY. size: such as "1600x1000x24"."""
    reader, writer = os.pipe()
    arguments = ["-displayfd", str(writer), "-screen", "0", size, "-dpi", "96", "-noreset", "-nolisten", "tcp"]
    # "local" are abstract sockets, which several roots at once would share: /tmp is each one's own, the network is not
    arguments += ["-nolisten", "local"]
    subprocess.Popen(["Xvfb", *arguments], pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as display:
        number = display.readline().strip()
    assert number, "Xvfb did not start"
    os.environ["DISPLAY"] = f":{number}"
    subprocess.Popen(["openbox"])
    deadline = time.monotonic() + _WAIT_SECONDS
    while b"_NET_SUPPORTING_WM_CHECK" not in subprocess.run(["xprop", "-root"], capture_output=True).stdout:
        assert time.monotonic() < deadline, "the window manager did not start"
        time.sleep(0.1)
