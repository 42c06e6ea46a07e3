"""Folders, lists and tables become files in a fixed order; photographs to judge by are never among them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from burnish.wire.sentences import BurnishError
from burnish_models.data.photos import is_for_validation, photos
from burnish_models.data.schema import PairedData, UnpairedData, UnreferencedData
from burnish_models.data.sources import find_pictures
from data_room.pictures_for_tests import ramp, save

DATA = Path(__file__).parents[1] / "data"
FOR_VALIDATION = DATA / "chelsea.png"  # the same file as scikit-image's, which validate.tsv lists
NOISE = {"type": "noise"}


def test_a_folder_is_searched_with_its_subfolders(tmp_path: Path) -> None:
    for name in ("b.png", "a/z.PNG", "a/y.jpg"):
        save(tmp_path / name, ramp(8, 8))
    (tmp_path / "notes.txt").write_text("no picture")
    found = find_pictures(str(tmp_path))
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a/y.jpg", "a/z.PNG", "b.png"]


def test_a_list_names_files_beside_it(tmp_path: Path) -> None:
    save(tmp_path / "pictures" / "a.png", ramp(8, 8))
    save(tmp_path / "b.png", ramp(8, 8))
    (tmp_path / "list.txt").write_text("# mine\npictures/a.png\n\nb.png\n")
    assert find_pictures(str(tmp_path / "list.txt")) == [tmp_path / "pictures" / "a.png", tmp_path / "b.png"]


def test_a_table_names_files_in_packages(tmp_path: Path) -> None:
    """scikit-image is installed where tests run, so that nothing is downloaded; held out, because it is validation."""
    table = Path(__file__).parents[2] / "models/burnish_models/data/photos/validate.tsv"
    lines = table.read_text(encoding="utf-8").splitlines()
    (tmp_path / "mine.tsv").write_text("\n".join([lines[0], *(line for line in lines if "astronaut" in line)]))
    (path,) = find_pictures(str(tmp_path / "mine.tsv"), held_out=True)
    assert path.read_bytes() == (DATA / "astronaut.png").read_bytes()
    with pytest.raises(BurnishError) as caught:
        find_pictures(str(tmp_path / "mine.tsv"))
    assert caught.value.failure.code == "validation-photograph"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{folder}", "no-pictures"),
        ("{folder}/missing", "file-missing"),
        ("{folder}/list.txt", "file-missing"),
        ("{folder}/binary.txt", "file-unreadable"),
        ("photos:tarin", "no-pictures"),
        ("photos:validate", "validation-source"),
    ],
)
def test_what_is_wrong_with_a_source(tmp_path: Path, source: str, code: str) -> None:
    (tmp_path / "list.txt").write_text("missing.png\n")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BurnishError) as caught:
        find_pictures(source.format(folder=tmp_path))
    assert caught.value.failure.code == code


def test_no_photograph_is_both_trained_on_and_reported_on() -> None:
    train, validate = photos("train"), photos("validate")
    assert len(train) == 79 and len(validate) == 28
    assert not {photo.file.sha256 for photo in train} & {photo.file.sha256 for photo in validate}
    places = [{(photo.file.package, photo.file.path) for photo in part} for part in (train, validate)]
    assert not places[0] & places[1]
    assert not {photo.file.package for photo in train} & {photo.file.package for photo in validate}
    everything = [*train, *validate]
    assert len({photo.file.sha256 for photo in everything}) == len(everything)
    assert all(photo.licence and photo.author and photo.bytes and photo.width for photo in everything)


def test_a_validation_photograph_is_known_under_any_name(tmp_path: Path) -> None:
    shutil.copy(FOR_VALIDATION, tmp_path / "holiday.jpg")
    assert is_for_validation(tmp_path / "holiday.jpg")
    assert not is_for_validation(DATA / "coffee.jpg")
    changed = bytearray(FOR_VALIDATION.read_bytes())
    changed[-1] ^= 1
    (tmp_path / "same size.png").write_bytes(changed)
    assert not is_for_validation(tmp_path / "same size.png")


def test_every_training_data_set_refuses_it(tmp_path: Path) -> None:
    """Whichever side of whichever kind: targets, inputs, both kinds of an unpaired set, unreferenced ones."""
    good, bad = tmp_path / "good", tmp_path / "bad"
    save(good / "cat.png", ramp(64, 64))
    bad.mkdir()
    shutil.copy(FOR_VALIDATION, bad / "cat.png")
    (tmp_path / "list.txt").write_text("bad/cat.png\n")
    sets = []
    for source in (str(bad), str(tmp_path / "list.txt")):
        sets += [
            PairedData(source=source, degradations=[NOISE]),
            PairedData(source=source, input_source=str(good)),
            PairedData(source=str(good), input_source=source),
            UnpairedData(input={"source": source}, target={"source": str(good)}),
            UnpairedData(input={"source": str(good)}, target={"source": source}),
            UnreferencedData(source=source),
        ]
    for data in sets:
        with pytest.raises(BurnishError) as caught:
            data.build(0)
        assert caught.value.failure.code == "validation-photograph"
        data.build(0, held_out=True)
    UnreferencedData(source=str(good)).build(0)


@pytest.mark.parametrize(
    "data",
    [
        PairedData(source="photos:validate", degradations=[NOISE]),
        PairedData(source="good", input_source="photos:validate"),
        UnpairedData(input={"source": "photos:validate"}, target={"source": "good"}),
        UnpairedData(input={"source": "good"}, target={"source": "photos:validate"}),
        UnreferencedData(source="photos:validate"),
    ],
)
def test_validate_is_no_source_to_train_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: PairedData | UnpairedData | UnreferencedData
) -> None:
    save(tmp_path / "good" / "cat.png", ramp(64, 64))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BurnishError) as caught:
        data.build(0)
    assert caught.value.failure.code == "validation-source"
