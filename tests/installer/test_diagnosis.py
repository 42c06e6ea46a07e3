"""What tools really print when they fail, and what the installer makes of it."""

from __future__ import annotations

import io
import sys

import pytest

from burnish_installer.diagnosis import diagnose, last_meaningful_line
from burnish_installer.show import Lines
from burnish_installer.system_libraries import SETS, Need, is_there, missing, provide

NO_NETWORK = """\
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by \
'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new \
connection: [Errno -3] Temporary failure in name resolution')': /simple/numpy/
ERROR: Could not find a version that satisfies the requirement numpy (from versions: none)
ERROR: No matching distribution found for numpy
"""
NO_WHEEL = """\
Looking in indexes: https://example.org/simple
ERROR: Could not find a version that satisfies the requirement torch==2.13.0 (from versions: none)
ERROR: No matching distribution found for torch==2.13.0
"""
NO_DISK = """\
Installing collected packages: torch
ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device
"""
NO_VENV = """\
The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command.

    apt install python3.11-venv

You may need to use sudo with that command.  After installing the python3-venv
package, recreate your virtual environment.

Failing command: /tmp/x/bin/python3
"""
NO_COMPILER = """\
  × Building wheel for thing (pyproject.toml) did not run successfully.
      error: command 'gcc' failed: No such file or directory
  ERROR: Failed building wheel for thing
ERROR: Failed to build installable wheels for some pyproject.toml based projects (thing)
"""
NO_CERTIFICATE = """\
WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] \
certificate verify failed: self signed certificate in certificate chain (_ssl.c:1000)'))': /simple/numpy/
ERROR: No matching distribution found for numpy
"""
NO_PROXY = "ERROR: HTTPSConnectionPool: Max retries exceeded (Caused by ProxyError('Cannot connect to proxy.'))"
NO_LIBRARY = "ImportError: libgomp.so.1: cannot open shared object file: No such file or directory"


@pytest.mark.parametrize(
    ("output", "cause", "line", "hint"),
    [
        (NO_NETWORK, "network", "No matching distribution found for numpy", "network"),
        (NO_WHEEL, "no-wheel", "No matching distribution found for torch==2.13.0", "Python 3.14"),
        (NO_DISK, "disk", "Could not install packages due to an OSError: [Errno 28] No space left on device", "Free"),
        (NO_VENV, "venv", "Failing command: /tmp/x/bin/python3", "apt install python3.14-venv"),
        ("/usr/bin/python3: No module named venv", "venv", "/usr/bin/python3: No module named venv", "apt install"),
        (NO_CERTIFICATE, "certificate", "No matching distribution found for numpy", "PIP_CERT"),
        (NO_PROXY, "proxy", NO_PROXY.removeprefix("ERROR: "), "HTTPS_PROXY"),
        (NO_LIBRARY, "library", NO_LIBRARY, "docs/installing.md"),
        ("[Errno 13] Permission denied: '/opt/x'", "permission", "[Errno 13] Permission denied: '/opt/x'", "BURNISH_"),
        ("something new", "unknown", "something new", ""),
        ("", "unknown", "", ""),
    ],
)
def test_known_causes(output, cause, line, hint):
    found = diagnose(output, "3.14")
    assert (found.cause, found.line) == (cause, line)
    assert hint in found.hint
    assert bool(found.hint) == bool(hint)


def test_a_compiler_is_not_what_a_painter_needs():
    found = diagnose(NO_COMPILER, "3.14", ("python3.12",))
    assert found.cause == "compiler"
    assert "python3.12 installer" in found.hint


def test_the_exception_says_more_than_the_line_after_it():
    assert last_meaningful_line("Traceback:\n  File x\nValueError: no\n\nend\n") == "ValueError: no"


def test_what_the_system_lacks_is_found_by_trying():
    assert is_there(Need("library", "libc.so.6", "libc6")) or is_there(Need("library", "libSystem.dylib", ""))
    absent = Need("library", "libnothing-of-this-name.so.9", "libnothing9")
    program = Need("program", "no-program-of-this-name", "nothing")
    font = Need("font", "NoFontOfThisName*.ttf", "fonts-nothing")
    assert missing([absent, program, font]) == (absent, program, font)
    assert set(SETS["runtime"]) < set(SETS["window"]) < set(SETS["test"])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leaves libraries to the system")
def test_what_cannot_be_installed_is_named_with_the_command_that_does_it(monkeypatch):
    absent = Need("library", "libnothing-of-this-name.so.9", "libnothing9")
    monkeypatch.setitem(SETS, "test", (absent,))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    said = io.StringIO()
    assert provide("test", Lines(said)) is False
    assert "libnothing-of-this-name.so.9" in said.getvalue()
    assert "libnothing9" in said.getvalue()
    monkeypatch.setitem(SETS, "test", ())
    said = io.StringIO()
    assert provide("test", Lines(said)) is True
    assert said.getvalue() == ""
