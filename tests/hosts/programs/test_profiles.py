"""Burnish goes into profiles that real Krita and real GIMP made, and out again; both say so when it has vanished."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hosts.programs.roots import HERE, Root, end_with_parent, in_root
from x_server import ARTIFACTS

CHECKOUT = HERE.parents[2]


@pytest.fixture(scope="module")
def stages(root: Root, own_cache: Path, programs: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was seen in the root, stage by stage; the scenarios' programs are begun before, to use the time."""
    folder = tmp_path_factory.mktemp("profiles")
    report = folder / "report.json"
    environment = {
        "BURNISH_CACHE_DIR": str(own_cache),
        "BURNISH_RUNTIME_DIR": "/run/burnish",
        "BURNISH_LANGUAGE": "en",
    }
    script = HERE / "profiles" / "stages.py"
    command = in_root(
        root.path, "/usr/bin/python3", str(script), sys.executable, str(report),
        show=[CHECKOUT], share=[folder, own_cache], environment=environment,
    )  # fmt: skip
    log = ARTIFACTS / "programs" / root.suite / "profiles.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=480, check=False,
                       preexec_fn=end_with_parent)  # fmt: skip
    if not report.exists():
        pytest.fail(log.read_text(encoding="utf-8", errors="replace")[-3000:], pytrace=False)
    return json.loads(report.read_text(encoding="utf-8"))


def test_installing_and_uninstalling_leaves_real_profiles_byte_for_byte(stages: dict[str, Any]) -> None:
    assert len(stages["before"]) > 100, "a real profile has hundreds of files"
    assert stages["before"] != stages["between"]
    assert stages["after"] == stages["before"]


def test_installing_says_what_it_found(stages: dict[str, Any]) -> None:
    krita, gimp = stages["krita"]["version"], stages["gimp"]["version"]
    assert f"Krita {krita}" in stages["install"]
    assert f"GIMP {gimp}" in stages["install"]
    assert [profile["standing"] for profile in stages["status"]["profiles"]] == ["current", "current"]


def test_krita_has_the_docker_and_actions_that_can_have_shortcuts(stages: dict[str, Any]) -> None:
    seen = stages["krita"]
    assert "error" not in seen
    assert seen["docker"] == "Burnish"
    assert seen["actions"] == {
        "burnish_enhance_again": "Burnish: Enhance with Last Settings",
        "burnish_open_panel": "Burnish: Show the Panel",
        "burnish_cancel": "Burnish: Cancel the Enhancement",
    }
    assert seen["shown"] and seen["trouble"] is None
    assert seen["foreign"] == [], "nothing of Burnish's environment is loaded into Krita"


def test_gimp_has_the_procedures(stages: dict[str, Any]) -> None:
    assert "burnish-enhance" in stages["gimp"]["procedures"]
    assert "no longer" not in stages["gimp"]["error"]


def test_krita_says_that_the_environment_has_vanished(stages: dict[str, Any]) -> None:
    seen = stages["krita_in_trouble"]
    assert "error" not in seen
    assert seen["docker"] == "Burnish" and seen["shown"]
    assert "/run/environment" in seen["trouble"] and "no longer" in seen["trouble"]
    assert "installer install krita" in seen["trouble"]


def test_gimp_says_that_the_environment_has_vanished(stages: dict[str, Any]) -> None:
    """GIMP does not ask the plug-in anew what it offers: the file is the same."""
    seen = stages["gimp_in_trouble"]
    assert {"burnish-enhance", "burnish-panel", "burnish-resident"} <= set(seen["procedures"])
    assert set(seen["procedures"]) <= set(stages["gimp"]["procedures"])
    assert not seen["succeeded"]
    assert "/run/environment" in seen["error"] and "installer install gimp" in seen["error"]


def test_both_say_why_burnish_could_not_be_loaded(stages: dict[str, Any]) -> None:
    krita, gimp = stages["krita_with_broken_package"], stages["gimp_with_broken_package"]
    assert krita["shown"] and "error" not in krita
    for sentence, log in ((krita["trouble"], "krita.log"), (gimp["error"], "gimp.log")):
        assert "RuntimeError: broken on purpose" in sentence and log in sentence
    for log in stages["logs"].values():
        assert "Traceback" in log and "broken on purpose" in log


def test_status_tells_it_too(stages: dict[str, Any]) -> None:
    assert [profile["standing"] for profile in stages["status_in_trouble"]["profiles"]] == ["broken", "broken"]


def test_after_being_used_nothing_of_ours_is_left(stages: dict[str, Any]) -> None:
    """Krita wrote its settings anew meanwhile, and compiled our module."""
    assert stages["left"] == []
    assert "enable_burnish_krita" not in stages["settings"]
    assert "enable_burnish_observer=true" in stages["settings"]
