"""The small files that bring Burnish into a host: made from templates, in the user's language, for one environment.

Each file carries the checksum of its own content, so that it can be told from a file that somebody changed, also where
no record of ours is left or where GIMP copied it into the profile of its next version.
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import burnish
from burnish.language import _, current_language
from burnish.profiles.environment import Environment
from burnish.profiles.find import GIMP, KRITA
from burnish.profiles.manual import manual_body
from burnish.wire.request import N_

_TEMPLATES = Path(__file__).parent / "templates"
_MARK = re.compile(rb"burnish-shim (\S+) ([0-9a-f]{64})")
_NO_DIGEST = b"0" * 64
_KRITA_FOLDER = PurePosixPath("pykrita")
_KRITA_ACTIONS = PurePosixPath("actions/burnish_krita.action")
_KRITA_MANUAL = _KRITA_FOLDER / "burnish_krita" / "Manual.html"
_KRITA_DESKTOP = _KRITA_FOLDER / "burnish_krita.desktop"
_KRITA_OTHERS = (_KRITA_MANUAL, _KRITA_ACTIONS, _KRITA_DESKTOP)
_GIMP_FILE = PurePosixPath("plug-ins/burnish-enhance/burnish-enhance.py")


@dataclass(frozen=True)
class Shim:
    """One file to be placed. path: relative to the profile's folder."""

    path: PurePosixPath
    content: bytes
    executable: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def main_file(host: str) -> PurePosixPath:
    """The file of a host's shims that names the environment, relative to the profile's folder."""
    return _GIMP_FILE if host == GIMP else _KRITA_FOLDER / "burnish_krita" / "__init__.py"


def paths_of(host: str) -> list[PurePosixPath]:
    """Where a host's shims lie, relative to the profile's folder."""
    return [main_file(host)] if host == GIMP else [main_file(host), *_KRITA_OTHERS]


def shims_for(host: str, environment: Environment) -> list[Shim]:
    """Every file that belongs into a profile of this host."""
    if host == KRITA:
        return _krita_shims(environment)
    return [_signed(_GIMP_FILE, _filled("burnish-enhance.py", _common("GIMP", environment)), executable=True)]


def is_shim(content: bytes) -> bool:
    """Whether these bytes are a file of ours, changed or not."""
    return _MARK.search(content) is not None


def is_unchanged(content: bytes) -> bool:
    """Whether these bytes are a file of ours, exactly as we wrote it."""
    found = _MARK.search(content)
    return found is not None and _digest(content, found) == found.group(2)


def version_of(content: bytes) -> str:
    """Which Burnish wrote this file, empty where none did."""
    found = _MARK.search(content)
    return found.group(1).decode("ascii", "replace") if found else ""


def build_in(content: bytes) -> str:
    """Which build of Burnish a main file was made for, empty where it does not say."""
    found = re.search(rb"^BUILD = '([^']*)'", content, re.MULTILINE)
    return found.group(1).decode("ascii", "replace") if found else ""


def never_in_sandbox(name: str) -> str:
    """Says of a host, named as people know it, that it cannot have Burnish where it comes from Flatpak."""
    return _(
        "Burnish's panel cannot be used in {host} from Flatpak: it is a program of its own, which cannot run in the "
        "sandbox. Use {host} from your distribution or from its own site."
    ).format(host=name)


def _krita_shims(environment: Environment) -> list[Shim]:
    comment = N_("Enhance the layer you are painting on")
    language = current_language()
    own = f"\nComment[{language}]={_(comment)}" if language != "en" else ""
    desktop = {"COMMENT": comment + own}
    manual = {"TITLE": html.escape(_("Burnish in Krita")), "BODY": manual_body()}
    return [
        _signed(main_file(KRITA), _filled("burnish_krita.py", _common("Krita", environment))),
        _signed(_KRITA_MANUAL, _filled("Manual.html", manual)),
        _signed(_KRITA_ACTIONS, _filled("burnish_krita.action", _actions())),
        # last, because with it Krita sees the plugin
        _signed(_KRITA_DESKTOP, _filled("burnish_krita.desktop", desktop)),
    ]


def _actions() -> dict[str, str]:
    texts = (
        (
            "burnish_enhance_again",
            _("Burnish: Enhance with Last Settings"),
            _("Enhances the current layer as the last one was enhanced."),
        ),
        ("burnish_open_panel", _("Burnish: Show the Panel"), _("Shows the panel in which layers are enhanced.")),
        (
            "burnish_cancel",
            _("Burnish: Cancel the Enhancement"),
            _("Stops the enhancement that runs, and keeps or discards the finished tiles as set in the panel."),
        ),
    )
    actions = (
        _filled("action", {"NAME": name, "TEXT": html.escape(text), "TIP": html.escape(tip)})
        for name, text, tip in texts
    )
    return {"ACTIONS": "".join(actions).rstrip("\n")}


def _common(host: str, environment: Environment) -> dict[str, str]:
    sentences = {
        "package-gone": _("Burnish is no longer in {path}, where {host} looks for it."),
        "python-gone": _("Burnish's Python is no longer in {path}."),
        "python-old": _("Burnish needs Python 3.10 or newer, and this {host} brings Python {version}. Update {host}."),
        "sandbox": _(
            "{host} runs in a sandbox that does not let it see {path}. Allow it in a terminal, then start {host} "
            "again: {command}"
        ),
        "never-in-sandbox": never_in_sandbox(host),
        "failed": _("Burnish could not be loaded: {reason}. Details are in {log}."),
        "mend": _("To mend it, run this in a terminal, then start {host} again:\n{command}"),
        "open-panel": _("Burnish: Show the Panel"),
    }
    name = host.lower()
    # ascii() is a literal of the same string whatever is in it, also bytes that no encoding knows
    facts = {
        "BUILD": environment.build_of(name),
        "HOST": host,
        "PACKAGE": str(environment.package),
        "PYTHON": str(environment.python),
        "LOG": str(environment.log_for(name)),
        "MEND": environment.command_for(name),
        "ALLOW": environment.allow_command(name),
    }
    literals = {key: ascii(value) for key, value in facts.items()}
    table = "".join(f"    {key!a}: {value!a},\n" for key, value in sentences.items())
    common = _filled("common.py", {**literals, "SENTENCES": "{\n" + table + "}"})
    return {"COMMON": common.rstrip("\n")}


def _filled(template: str, values: dict[str, str]) -> str:
    """A template with its @@NAMES@@ replaced; the mark, which is filled in last, stays."""
    text = (_TEMPLATES / f"{template}.template").read_text(encoding="utf-8")
    return re.sub("@@([A-Z]+)@@", lambda found: values.get(found.group(1), found.group(0)), text)


def _signed(path: PurePosixPath, text: str, *, executable: bool = False) -> Shim:
    mark = f"burnish-shim {burnish.__version__} {_NO_DIGEST.decode()}"
    content = text.replace("@@MARK@@", mark, 1).encode("utf-8")
    found = _MARK.search(content)
    assert found is not None, "every template has a mark"
    return Shim(path, content.replace(_NO_DIGEST, _digest(content, found), 1), executable)


def _digest(content: bytes, mark: re.Match[bytes]) -> bytes:
    """The checksum of a file, taken with zeros where the checksum stands.

    Line ends count, too: with other ones than ours, Linux does not start GIMP's shim.
    """
    blank = content[: mark.start(2)] + _NO_DIGEST + content[mark.end(2) :]
    return hashlib.sha256(blank).hexdigest().encode("ascii")
