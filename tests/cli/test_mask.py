"""`burnish enhance --mask`, the real command: white is enhanced, black stays, whatever the files hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from burnish.client import WorkerClient
from burnish.hosts.standalone.files.picture import Picture, read_picture, write_picture
from burnish.wire.geometry import Depth, PixelFormat
from cli.command import enhance
from hosts.standalone.files.samples import photo

WIDTH, HEIGHT = 60, 40


@pytest.fixture(scope="module", autouse=True)
def worker(shared_client: WorkerClient) -> WorkerClient:
    return shared_client


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """16 bits with an alpha that fades out at the bottom."""
    pixels = np.empty((HEIGHT, WIDTH, 4), np.uint16)
    pixels[..., :3] = np.asarray(photo(WIDTH, HEIGHT).convert("RGB")).astype(np.uint16) * 257
    pixels[..., 3] = np.linspace(65535, 30000, HEIGHT).astype(np.uint16)[:, None]
    write_picture(Picture(PixelFormat(WIDTH, HEIGHT, Depth.UINT16, 4), pixels), tmp_path / "in.png")
    return tmp_path / "in.png"


def ramp(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Black on the left, white on the right, a soft edge between; [height, width] uint8."""
    soft = np.clip((np.arange(width) - width * 0.4) / (width * 0.3), 0, 1)
    return np.rint(soft * 255).astype(np.uint8)[None].repeat(height, 0)


def save_mask(path: Path, values: np.ndarray) -> Path:
    Image.fromarray(values).save(path)
    return path


def result(source: Path, output: Path, *arguments: str | Path) -> np.ndarray:
    done = enhance(source, output, *arguments)
    assert (done.status, done.err) == (0, ""), done.err
    return read_picture(output).pixels


def test_white_is_enhanced_black_stays_and_grey_is_between(tmp_path: Path, source: Path) -> None:
    mask = ramp()
    original, path = read_picture(source).pixels, save_mask(tmp_path / "mask.png", mask)
    plain = result(source, tmp_path / "plain.png", "--scale", "1")
    masked = result(source, tmp_path / "masked.png", "--scale", "1", "--mask", path)
    assert masked.dtype == np.uint16
    assert not np.array_equal(plain, original)
    assert np.array_equal(masked[mask == 0], original[mask == 0])
    assert np.array_equal(masked[mask == 255], plain[mask == 255])
    share = mask[..., None] / 255
    assert np.abs(masked - (original * (1 - share) + plain * share)).max() <= 1.01


def test_a_larger_result_of_a_region(tmp_path: Path, source: Path) -> None:
    """A mask of the picture's size and one of the region's size say the same."""
    mask, region = ramp(), ("--region", "10,5,100,30", "--scale", "2")
    whole = save_mask(tmp_path / "whole.png", mask)
    part = save_mask(tmp_path / "part.png", np.ascontiguousarray(mask[5:35, 10:60]))
    by_whole = result(source, tmp_path / "1.png", *region, "--mask", whole)
    by_part = result(source, tmp_path / "2.png", *region, "--mask", part)
    assert by_whole.shape == (60, 100, 4)
    assert np.array_equal(by_whole, by_part)
    plain = result(source, tmp_path / "3.png", *region)
    nothing = result(source, tmp_path / "4.png", *region, "--strength", "0")
    assert np.array_equal(by_whole[:, 74:], plain[:, 74:])  # 2 pixels of the mask beside its white part
    assert np.array_equal(by_whole[:, :24], nothing[:, :24])


def test_what_is_left_out_may_become_transparent(tmp_path: Path, source: Path) -> None:
    path = save_mask(tmp_path / "mask.png", ramp())
    plain = result(source, tmp_path / "plain.png", "--scale", "1")
    masked = result(source, tmp_path / "out.png", "--scale", "1", "--mask", path, "--outside", "transparent")
    assert np.abs(masked[..., 3] - plain[..., 3] * (ramp() / 255)).max() <= 0.51

    photo(WIDTH, HEIGHT).convert("RGB").save(tmp_path / "opaque.png")
    done = enhance(tmp_path / "opaque.png", tmp_path / "2.png", "--mask", path, "--outside", "transparent")
    done.assert_clean_failure()
    assert "transparency" in done.err


def test_every_kind_of_picture_is_a_mask(tmp_path: Path, source: Path) -> None:
    """Grey, 16-bit grey, colours by their luminance, a palette, and alpha as darkness say the same."""
    values = np.where(ramp() > 127, 255, 0).astype(np.uint8)
    masks = {
        "grey.png": Image.fromarray(values),
        "deep.png": Image.fromarray(values.astype(np.uint16) * 257),
        "colour.png": Image.fromarray(values).convert("RGB"),
        "palette.png": Image.fromarray(values).convert("P"),
        "alpha.png": Image.merge("LA", (Image.new("L", (WIDTH, HEIGHT), 255), Image.fromarray(values))),
    }
    results = []
    for name, mask in masks.items():
        mask.save(tmp_path / name)
        results.append(result(source, tmp_path / f"out-{name}", "--scale", "1", "--mask", tmp_path / name))
    assert all(np.array_equal(each, results[0]) for each in results[1:])
    red = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    red[..., 0] = 255
    by_red = result(source, tmp_path / "red-out.png", "--scale", "1", "--mask", save_mask(tmp_path / "red.png", red))
    plain = result(source, tmp_path / "plain.png", "--scale", "1")
    original = read_picture(source).pixels
    share = round(0.2126 * 255) / 255
    assert np.abs(by_red - (original * (1 - share) + plain * share)).max() <= 1.01


def test_a_mask_of_another_size_is_refused_with_both_sizes(tmp_path: Path, source: Path) -> None:
    path = save_mask(tmp_path / "mask.png", ramp(WIDTH + 1))
    done = enhance(source, tmp_path / "out.png", "--mask", path)
    done.assert_clean_failure()
    assert f"{path} is 61×40 pixels, but the picture is 60×40" in done.err
    done = enhance(source, tmp_path / "out.png", "--mask", path, "--json")
    assert [event["code"] for event in done.events] == ["mask-size"]
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(("content", "code"), [(None, "file-missing"), (b"no picture", "file-not-picture")])
def test_a_mask_that_is_none(tmp_path: Path, source: Path, content: bytes | None, code: str) -> None:
    path = tmp_path / "mask.png"
    if content is not None:
        path.write_bytes(content)
    done = enhance(source, f"{tmp_path}/new/", "--mask", path, "--json")
    assert (done.status, [event["code"] for event in done.events]) == (1, [code])
    assert str(path) in done.events[0]["message"]
    assert not (tmp_path / "new").exists(), "nothing was begun"


def test_one_mask_for_several_pictures_has_to_fit_each(tmp_path: Path, source: Path) -> None:
    photo(30, 30).save(tmp_path / "other.png")
    path = save_mask(tmp_path / "mask.png", ramp())
    again = tmp_path / "again.png"
    again.write_bytes(source.read_bytes())
    done = enhance([source, tmp_path / "other.png", again], f"{tmp_path}/results/", "--mask", path, "--scale", "1")
    assert done.status == 1
    first = done.err.splitlines()[0]
    assert first == f"Failed: {tmp_path}/other.png: The mask {path} is 60×40 pixels, but the picture is 30×30."
    assert done.err.rstrip().endswith("2 pictures saved, 1 failed.")


def test_what_outside_may_be(tmp_path: Path, source: Path) -> None:
    done = enhance(source, tmp_path / "out.png", "--outside", "blue", "--json")
    assert (done.status, [event["code"] for event in done.events]) == (2, ["bad-request"])
    assert "original, transparent" in done.events[0]["hint"]


def test_outside_means_nothing_without_a_mask(tmp_path: Path, source: Path) -> None:
    done = enhance(source, tmp_path / "out.png", "--outside", "transparent", "--json")
    assert (done.status, [event["code"] for event in done.events]) == (2, ["bad-request"])
    assert "--mask" in done.events[0]["hint"]
    assert not (tmp_path / "out.png").exists()
