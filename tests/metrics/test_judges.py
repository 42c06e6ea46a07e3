"""The list of judges, which picture is judged against which, means, and the table that shows them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from burnish.cli.commands import JUDGES as NAMED_IN_HELP
from burnish.wire.sentences import BurnishError
from burnish_models.metrics.compare import Row, judged, means
from burnish_models.metrics.conventions import NotJudgedError
from burnish_models.metrics.judges import JUDGES, judge_named
from burnish_models.metrics.pairs import Pair, pairs_of
from burnish_models.metrics.table import Table, as_json, remarks
from metrics.variants import DATA, picture, tensor

COMPUTED = ("psnr", "psnr-y", "ssim", "ssim-y", "niqe", "brisque")
"""The judges that need no weights."""


def test_the_help_names_every_judge() -> None:
    assert NAMED_IN_HELP == JUDGES


@pytest.mark.parametrize("name", COMPUTED)
def test_a_convention_says_what_the_figure_depends_on(name: str) -> None:
    judge = judge_named(name, crop=3)
    for word in ("crop 3", "8-bit", judge.better):
        assert word in judge.convention
    assert (" Y " in judge.convention or "grey" in judge.convention) == (name not in ("psnr", "ssim"))
    assert judge.referenced == (name not in ("niqe", "brisque"))


@pytest.mark.parametrize("name", COMPUTED)
def test_a_crop_is_the_picture_without_its_edges(name: str) -> None:
    a = tensor(picture("chelsea.png"))
    b = (a * 0.9).clamp(0, 1)
    pair, inner = (a, b), (a[:, 4:-4, 4:-4], b[:, 4:-4, 4:-4])
    if not judge_named(name).referenced:
        pair, inner = (a,), (a[:, 4:-4, 4:-4],)
    assert judge_named(name, crop=4)(*pair) == judge_named(name)(*inner)


def test_a_judge_takes_any_float_type() -> None:
    a = tensor(picture("chelsea.png"))
    b = a.flip(0)
    expected = judge_named("psnr")(a, b)
    assert judge_named("psnr")(a.double(), b.requires_grad_()) == expected
    assert judge_named("psnr")(a.bfloat16(), b) == pytest.approx(expected, abs=0.1)


def test_what_a_judge_refuses() -> None:
    a = tensor(picture("chelsea.png"))
    with pytest.raises(ValueError, match="needs a picture to compare with"):
        judge_named("psnr")(a)
    with pytest.raises(NotJudgedError):
        judge_named("niqe", crop=130)(a)
    with pytest.raises(BurnishError) as caught:
        judge_named("vmaf")
    assert caught.value.failure.code == "judge-unknown" and "brisque" in caught.value.failure.hint


def save(path: Path, shade: int = 0, size: tuple[int, int] = (120, 100)) -> Path:
    path.parent.mkdir(exist_ok=True)
    pixels = np.random.default_rng(shade).integers(0, 200, (size[1], size[0], 3)) + shade
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return path


def test_folders_are_paired_by_name_without_ending(tmp_path: Path) -> None:
    for name in ("b.png", "a.jpg", "lonely.png"):
        save(tmp_path / "ours" / name)
    for name in ("a.png", "b.PNG", "c.png"):
        save(tmp_path / "theirs" / name)
    (tmp_path / "theirs" / "a.txt").write_text("no picture")
    found = pairs_of(tmp_path / "ours", tmp_path / "theirs")
    assert found.pairs == [
        Pair("a.jpg", tmp_path / "ours" / "a.jpg", tmp_path / "theirs" / "a.png"),
        Pair("b.png", tmp_path / "ours" / "b.png", tmp_path / "theirs" / "b.PNG"),
    ]
    assert [path.name for path in found.alone] == ["lonely.png", "c.png"]


def test_names_that_endings_alone_tell_apart_are_paired_with_them(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "b.jpg"):
        save(tmp_path / "ours" / name)
    for name in ("a.jpg", "b.png"):
        save(tmp_path / "theirs" / name)
    found = pairs_of(tmp_path / "ours", tmp_path / "theirs")
    assert [(pair.name, pair.reference and pair.reference.name) for pair in found.pairs] == [
        ("a.jpg", "a.jpg"), ("b.jpg", "b.png"),
    ]  # fmt: skip
    assert [path.name for path in found.alone] == ["a.png"]


def test_what_cannot_be_paired_says_why(tmp_path: Path) -> None:
    file, other = save(tmp_path / "one" / "a.png"), save(tmp_path / "two" / "b.png")
    (tmp_path / "empty").mkdir()
    expected = {
        "file-missing": (tmp_path / "nowhere", None),
        "folder-and-file": (tmp_path / "one", other),
        "no-pictures": (tmp_path / "empty", None),
        "nothing-in-common": (tmp_path / "one", tmp_path / "two"),
    }
    for code, paths in expected.items():
        with pytest.raises(BurnishError) as caught:
            pairs_of(*paths)
        assert caught.value.failure.code == code
        assert caught.value.failure.message and caught.value.failure.hint
    assert pairs_of(file, other).pairs == [Pair("a.png", file, other)]


def test_one_bad_picture_does_not_stop_the_others(tmp_path: Path) -> None:
    good = [save(tmp_path / f"{name}.png", shade) for name, shade in (("a", 0), ("d", 20))]
    (tmp_path / "b.png").write_bytes(good[0].read_bytes()[:900])
    save(tmp_path / "c.png", size=(99, 100))
    pairs = [Pair(f"{name}.png", tmp_path / f"{name}.png", good[0]) for name in "abcd"]
    judges = [judge_named("psnr"), judge_named("ssim")]
    rows = list(judged(pairs, judges))
    assert [row.failure and row.failure.code for row in rows] == [None, "file-damaged", "sizes-differ", None]
    assert rows[2].failure is not None and "99×100" in rows[2].failure.message and "120×100" in rows[2].failure.message
    assert rows[0].figures == {"psnr": math.inf, "ssim": pytest.approx(1.0)}
    found = means(rows, judges)
    assert found["ssim"].count == 2
    assert found["ssim"].value == pytest.approx((rows[0].figures["ssim"] + rows[3].figures["ssim"]) / 2)


def test_the_table_aligns_figures_under_their_titles() -> None:
    judges = [judge_named(name) for name in ("psnr", "ssim", "niqe")]
    pairs = [Pair("一.png", Path("一.png")), Pair("a-long-name.png", Path("a-long-name.png"))]
    rows = [
        Row(pairs[0], {"psnr": math.inf, "ssim": 1.0}, {"niqe": "NIQE needs at least 96×96 pixels"}),
        Row(pairs[1], {"psnr": 31.4159, "ssim": 0.25, "niqe": 12.3456}),
    ]
    table, found = Table(pairs, judges), means(rows, judges)
    lines = [table.head(), *(table.row(row) for row in rows), table.mean(found)]
    assert [line.split() for line in lines] == [
        ["picture", "PSNR", "SSIM", "NIQE"],
        ["一.png", "∞", "1.0000", "–"],
        ["a-long-name.png", "31.42", "0.2500", "12.346"],
        ["mean", "∞", "0.6250", "12.346"],
    ]
    cells = [len(line) + line.count("一") for line in lines]  # a Chinese character takes two
    assert len(set(cells)) == 1
    assert [line.split("  ", 1)[0] for line in table.legend()] == ["PSNR", "SSIM", "NIQE"]
    assert remarks(rows, found, judges) == [
        "一.png: no NIQE, because NIQE needs at least 96×96 pixels",
        "The mean of NIQE is of 1 of 2 pictures.",
    ]
    plain = as_json(rows, found, judges, [])
    assert plain["pictures"][0]["figures"] == {"psnr": "inf", "ssim": 1.0}
    assert plain["mean"]["niqe"] == {"value": 12.3456, "pictures": 1}


def test_the_same_figure_from_a_file_as_from_a_tensor(tmp_path: Path) -> None:
    a = DATA / "chelsea.png"
    b = tmp_path / "b.png"
    Image.open(a).convert("RGB").transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(b)
    (row,) = judged([Pair("b", b, a)], [judge_named("psnr")])
    x = tensor(picture("chelsea.png"))
    assert row.figures["psnr"] == judge_named("psnr")(x.flip(2), x)
    assert torch.equal(x, x.clamp(0, 1))
