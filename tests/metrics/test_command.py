"""`burnish metrics`, run as users run it: figures on standard output, failures on standard error, exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from burnish.wire.sentences import BurnishError
from burnish_models.metrics.__main__ import main
from burnish_models.metrics.judges import judge_named
from cli.command import Finished, burnish, environment
from metrics.variants import DATA, picture, tensor

FAST = ("--judge", "psnr-y", "--judge", "ssim")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """JPEGs of two pictures, and the pictures."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
    for name in ("astronaut", "chelsea"):
        with Image.open(DATA / f"{name}.png") as file:
            file.convert("RGB").save(ours / f"{name}.jpg", quality=30)
            file.save(theirs / f"{name}.png")
    return ours, theirs


def test_two_folders_make_a_table(folders: tuple[Path, Path]) -> None:
    done = burnish("metrics", *folders, *FAST, "--crop", "4")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].split() == ["picture", "PSNR-Y", "SSIM"]
    figures = {line.split()[0]: [float(cell) for cell in line.split()[1:]] for line in lines[1:4]}
    assert list(figures) == ["astronaut.jpg", "chelsea.jpg", "mean"]
    x = tensor(picture("astronaut.png"))
    jpeg = tensor(picture(str(folders[0] / "astronaut.jpg")))
    assert figures["astronaut.jpg"] == [
        pytest.approx(judge_named("psnr-y", 4)(jpeg, x), abs=0.005),
        pytest.approx(judge_named("ssim", 4)(jpeg, x), abs=0.00005),
    ]
    for column in range(2):
        expected = (figures["astronaut.jpg"][column] + figures["chelsea.jpg"][column]) / 2
        assert figures["mean"][column] == pytest.approx(expected, abs=0.01)
    assert lines[5].startswith("PSNR-Y  PSNR Y (BT.601, studio range), crop 4, 8-bit")
    assert lines[6].startswith("SSIM    SSIM RGB (mean of the channels), crop 4, 8-bit")


def test_one_picture_as_json(folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = folders[1] / "chelsea.png"
    assert main([str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [judge["name"] for judge in said["judges"]] == ["niqe", "brisque"]
    (entry,) = said["pictures"]
    assert entry["picture"] == str(path) and entry["reference"] is None and entry["failed"] is None
    x = tensor(picture("chelsea.png"))
    assert entry["figures"] == {name: judge_named(name)(x) for name in ("niqe", "brisque")}
    assert said["mean"]["niqe"] == {"value": entry["figures"]["niqe"], "pictures": 1}


def test_a_picture_that_fails_does_not_stop_the_others(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (folders[0] / "astronaut.jpg").write_bytes(b"")
    assert main([*(str(folder) for folder in folders), *FAST]) == 1
    said = capsys.readouterr()
    assert [line.split()[0] for line in said.out.splitlines()[:3]] == ["picture", "chelsea.jpg", "mean"]
    assert said.err.startswith("Failed: The file ") and "astronaut.jpg is empty." in said.err
    assert "The mean of PSNR-Y is of 1 of 2 pictures." in said.out


def test_what_cannot_be_compared_fails_cleanly(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = folders
    Image.new("RGB", (30, 20)).save(tmp_path / "small.png")
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    Image.new("RGB", (30, 20)).save(tmp_path / "other" / "small.png")
    cases: list[tuple[tuple[str | Path, ...], str]] = [
        ((tmp_path / "small.png", theirs / "chelsea.png", *FAST), "30×20"),
        ((tmp_path / "none.png",), "There is no file"),
        ((ours, theirs / "chelsea.png"), "is a folder, but"),
        ((tmp_path / "empty",), "no pictures in"),
        ((ours, tmp_path / "other"), "no pictures of the same name"),
        ((ours, "--judge", "ssim"), "compares with another picture"),
        ((ours, theirs, "--judge", "vmaf"), "no judge named vmaf"),
        ((ours, theirs, *FAST, "--lpips", tmp_path / "none.pth"), "does not exist"),
        ((ours, "--device", "abacus"), "no usable abacus device"),
    ]
    for arguments, words in cases:
        status = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        Finished(status, said.out, said.err).assert_clean_failure()
        assert status == 1 and words in said.err, said


def test_a_judge_that_is_not_defined_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.png"
    with Image.open(DATA / "chelsea.png") as file:
        file.crop((0, 0, 90, 90)).save(path)
    assert main([str(path)]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[1].split()[:2] == ["small.png", "–"]
    assert "small.png: no NIQE, because NIQE needs at least 96×96 pixels" in said
    assert main([str(path), "--judge", "niqe"]) == 1


def test_a_judge_whose_weights_cannot_be_had_is_left_out(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offline(files: object) -> list[Path]:
        raise BurnishError("package-not-had", package="stlpips-pytorch", folder="archives")

    monkeypatch.setattr("burnish_models.metrics.stlpips.fetch_all", offline)
    paths = [str(folder / name) for folder, name in zip(folders, ("chelsea.jpg", "chelsea.png"), strict=True)]
    assert main(paths) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0].split() == ["picture", "PSNR", "PSNR-Y", "SSIM", "SSIM-Y", "NIQE", "BRISQUE"]
    assert said.err.startswith("Failed: The package stlpips-pytorch could not be downloaded.")
    assert main([*paths, "--judge", "st-lpips"]) == 1


def test_failures_speak_the_users_language(tmp_path: Path) -> None:
    done = burnish("metrics", tmp_path / "none.png", env=environment(BURNISH_LANGUAGE="zh_CN"))
    assert done.status == 1 and "不存在" in done.err


def test_a_file_of_the_folder_is_no_module(tmp_path: Path) -> None:
    """What lies where the user stands must not be imported in place of torch."""
    (tmp_path / "torch.py").write_text("raise SystemExit('imported the wrong torch')")
    (tmp_path / "json.py").write_text("raise SystemExit('imported the wrong json')")
    done = burnish("metrics", DATA / "chelsea.png", "--judge", "brisque", cwd=tmp_path)
    assert (done.status, done.err) == (0, "")
