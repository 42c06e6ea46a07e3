"""From what a failed command wrote to its last meaningful line and to a hint that names the fix."""

from __future__ import annotations

import re
from dataclasses import dataclass

from burnish_installer.words import _


@dataclass(frozen=True)
class Diagnosis:
    """line: the failed command's own words; hint: what to do, empty where the cause is not a known one."""

    cause: str
    line: str
    hint: str


# In this order: a full disk or a missing network also makes packages "not found".
_CAUSES = (
    ("disk", r"No space left on device|Errno 28\b|not enough space on the disk|Disk quota exceeded"),
    ("venv", r"ensurepip is not (available|installed)|No module named '?(ensurepip|venv)"),
    ("proxy", r"407 Proxy Authentication|Cannot connect to proxy|ProxyError"),
    ("certificate", r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|SSLError"),
    (
        "network",
        r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|Read timed out|"
        r"Temporary failure in name resolution|Name or service not known|getaddrinfo failed|"
        r"Network is unreachable|Connection (refused|aborted|reset)|Max retries exceeded|Failed to establish",
    ),
    ("hashes", r"THESE PACKAGES DO NOT MATCH THE HASHES"),
    ("library", r"cannot open shared object file|DLL load failed|Library not loaded"),
    ("no-wheel", r"No matching distribution found|Could not find a version that satisfies|Requires-Python"),
    (
        "compiler",
        r"Failed building wheel|Failed to build|command '\S*(gcc|cc|clang|cl\.exe)\S*' failed|"
        r"Microsoft Visual C\+\+ .* is required|No CMAKE_C_COMPILER|unable to execute '?(gcc|cc)",
    ),
    ("permission", r"Permission denied|Errno 13\b|Access is denied|Read-only file system"),
)


def diagnose(output: str, python: str, pythons: tuple[str, ...] = ()) -> Diagnosis:
    """What went wrong in a command that wrote `output`.

    Args:
        python: the version of the Python in use, such as "3.11".
        pythons: other Pythons on this machine, by the names that start them.
    """
    unwrapped = " ".join(output.split())
    cause = next((name for name, pattern in _CAUSES if re.search(pattern, unwrapped, re.I)), "unknown")
    return Diagnosis(cause, last_meaningful_line(output), _hint(cause, python, pythons))


def last_meaningful_line(output: str) -> str:
    """The line that says most: the last ERROR of pip's, else the last exception, else the last line at all."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for pattern in (r"ERROR: ", r"\w*(Error|Exception)\b.*: "):
        found = [line for line in lines if re.match(pattern, line)]
        if found:
            return found[-1].removeprefix("ERROR: ")
    return lines[-1] if lines else ""


def _hint(cause: str, python: str, pythons: tuple[str, ...]) -> str:
    if cause in ("no-wheel", "compiler"):
        hint = _("A package has no ready-made build for Python {python} on this system; Python 3.11 to 3.13 suit best.")
        if pythons:
            hint += " " + _("This machine has one: run it as “{command}”.")
            return hint.format(python=python, command=f"{pythons[0]} installer")
        return hint.format(python=python)
    hints = {
        "disk": _("Free some disk space (up to 3 GB are needed, 12 GB for a graphics card), then run it again."),
        "venv": _("This Python lacks its venv module: on Debian and Ubuntu, run “apt install python{python}-venv”."),
        "proxy": _("The proxy cannot be used: check HTTPS_PROXY, its address with user and password where needed."),
        "certificate": _(
            "A certificate could not be verified: behind a company's proxy, set PIP_CERT to its certificate file."
        ),
        "network": _("The package index cannot be reached: check the network or HTTPS_PROXY, then run it again."),
        "hashes": _("A download arrived damaged: run it again."),
        "library": _("A library of the system is missing; docs/installing.md lists them."),
        "permission": _("The folder cannot be written to: set BURNISH_ENVIRONMENT to a folder of your own."),
    }
    return hints.get(cause, "").format(python=python)
