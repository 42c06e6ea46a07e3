"""Where results go: checked before the work, and never the same place twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from burnish.cli.outputs import Outputs
from burnish.wire.sentences import BurnishError


def code_of(action: object) -> str:
    with pytest.raises(BurnishError) as caught:
        action()  # type: ignore[operator]
    return caught.value.failure.code


def test_one_picture_goes_to_the_named_file(tmp_path: Path) -> None:
    outputs = Outputs(str(tmp_path / "out.tif"), [Path("a.png")], overwrite=False)
    outputs.prepare()
    assert outputs.place(Path("a.png"), "model", 4.0) == tmp_path / "out.tif"


@pytest.mark.parametrize("ending", ["", "/"])
def test_several_pictures_go_to_a_folder_that_is_made(tmp_path: Path, ending: str) -> None:
    inputs = [Path("one/a.png"), Path("two/a.png"), Path("b.JPG"), Path("c.bmp")]
    outputs = Outputs(f"{tmp_path}/new/deep{ending}", inputs, overwrite=False)
    outputs.prepare()
    names = [outputs.place(source, "fast", 1.5).name for source in inputs]
    assert names == ["a-fast-x1.5.png", "a-fast-x1.5-2.png", "b-fast-x1.5.jpg", "c-fast-x1.5.png"]
    assert (tmp_path / "new" / "deep").is_dir()


def test_a_folder_may_take_a_single_picture(tmp_path: Path) -> None:
    for given in (str(tmp_path), f"{tmp_path}/made/"):
        outputs = Outputs(given, [Path("a.webp")], overwrite=False)
        outputs.prepare()
        place = outputs.place(Path("a.webp"), os.sep + os.path.join("home", "me", "own.safetensors"), 4.0)
        assert place.name == "a-own-x4.webp"


def test_what_cannot_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "there.png").touch()
    one, two = [Path("a.png")], [Path("a.png"), Path("b.png")]

    def prepare(name: str, inputs: list[Path], overwrite: bool = False) -> None:
        Outputs(str(tmp_path / name), inputs, overwrite=overwrite).prepare()

    assert code_of(lambda: prepare("there.png", one)) == "file-exists"
    assert code_of(lambda: prepare("missing/out.png", one)) == "folder-missing"
    assert code_of(lambda: prepare("there.png/out.png", one)) == "folder-missing"
    assert code_of(lambda: prepare("out.bmp", one)) == "format-unknown"
    assert code_of(lambda: prepare("there.png", two)) == "folder-is-file"
    assert code_of(lambda: prepare("there.png/below", two)) == "folder-unwritable"
    prepare("there.png", one, overwrite=True)


def test_a_result_in_a_folder_is_not_overwritten_unasked(tmp_path: Path) -> None:
    (tmp_path / "a-fast-x4.png").touch()
    place = Outputs(str(tmp_path), [Path("a.png")], overwrite=False).place
    assert code_of(lambda: place(Path("a.png"), "fast", 4.0)) == "file-exists"
    again = Outputs(str(tmp_path), [Path("a.png")], overwrite=True)
    assert again.place(Path("a.png"), "fast", 4.0) == tmp_path / "a-fast-x4.png"
