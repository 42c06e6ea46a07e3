"""Whether a package index answers: one HEAD request, five seconds at most, so that a closed network costs no more."""

from __future__ import annotations

import ssl
import threading
import urllib.error
import urllib.request

from burnish_installer.words import _

PATIENCE = 5.0


def unreachable_because(address: str, patience: float = PATIENCE) -> str:
    """Ask for the headers of an index; empty when it answers, else the reason in a few words."""
    answer: list[str] = []
    # In a thread, for looking up a name knows no time limit.
    asking = threading.Thread(target=lambda: answer.append(_ask(address, patience)), daemon=True)
    asking.start()
    asking.join(patience + 0.5)
    return answer[0] if answer else _("no answer within {seconds:.0f} seconds").format(seconds=patience)


def _ask(address: str, patience: float) -> str:
    try:
        request = urllib.request.Request(address, method="HEAD", headers={"User-Agent": "burnish-installer"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=patience):  # noqa: S310 - the address is our own constant
            return ""
    except urllib.error.HTTPError as error:
        return _("it answered {code}").format(code=error.code)
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLError):
            return ""  # it is there; pip brings certificates of its own
        return str(getattr(error.reason, "strerror", None) or error.reason).lower()
    except (OSError, ValueError) as error:
        return str(error).lower()
