"""Pictures in every form a file may have, and files that are no pictures."""

from __future__ import annotations

import io
import os
import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from nnapp.digits import picture_files
from nnapp.digits.picture_files import MAX_PIXELS, MAX_SIDE, grey_from_image, read_picture
from nnapp.errors import FileFormatError, NnappError, StorageError

Save = Callable[..., Path]

# 12 rows, 8 columns; the corners differ, so that a turned or mirrored picture is noticed.
PIXELS = (np.arange(96, dtype=np.uint8).reshape(12, 8) * 2 + 5).astype(np.uint8)
GREY = PIXELS / 255


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Return a function that saves a Pillow image and returns the path."""

    def save_image(image: Image.Image, suffix: str = ".png", **options: object) -> Path:
        path = tmp_path / f"picture{suffix}"
        image.save(path, **options)
        return path

    return save_image


def sentence_of(raised: pytest.ExceptionInfo[NnappError], path: Path) -> str:
    """Return the message, if it is one sentence that names the file."""
    message = str(raised.value)
    assert str(path) in message
    assert message.endswith(".")
    assert "\n" not in message
    assert ". " not in message
    return message


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff", ".gif", ".pgm", ".webp"])
def test_lossless_formats_give_each_pixel_over_255(save: Save, suffix: str) -> None:
    path = save(Image.fromarray(PIXELS), suffix, **({"lossless": True} if suffix == ".webp" else {}))

    grey = read_picture(path)

    assert grey.dtype == np.float32
    np.testing.assert_array_equal(grey, PIXELS.astype(np.float32) / np.float32(255))


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
def test_jpeg_is_close(save: Save, mode: str) -> None:
    path = save(Image.fromarray(PIXELS).convert(mode), ".jpg", quality=95)

    assert read_picture(path) == pytest.approx(GREY, abs=0.03)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "RGBX", "CMYK", "YCbCr", "I", "F", "HSV"])
def test_grey_is_grey_in_any_mode(mode: str) -> None:
    """32-bit modes have no white of their own; theirs is stretched, unless it might be a 16-bit one."""
    image = Image.fromarray(PIXELS)
    image = (image.convert("RGB") if mode == "HSV" else image).convert(mode)
    low, high = PIXELS.min(), PIXELS.max()
    expected = {"F": (PIXELS.astype(float) - low) / (high - low), "I": PIXELS / 65535}

    assert grey_from_image(image) == pytest.approx(expected.get(mode, GREY), abs=1e-2 if mode == "YCbCr" else 1e-6)


def test_colours_count_by_luma() -> None:
    # ITU-R BT.601: 0.299 red + 0.587 green + 0.114 blue.
    image = Image.fromarray(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], dtype=np.uint8))

    assert grey_from_image(image) == pytest.approx(np.array([[0.299, 0.587, 0.114]]), abs=0.003)


def test_lab_counts_by_lightness() -> None:
    image = Image.frombytes("LAB", (1, 2), bytes([0, 128, 128, 255, 128, 128]))

    assert grey_from_image(image).tolist() == [[0], [1]]


def test_sixteen_bits_keep_their_depth(save: Save) -> None:
    deep = np.array([[0, 300, 65535], [1, 2, 40000]], dtype=np.uint16)

    assert read_picture(save(Image.fromarray(deep))) == pytest.approx(deep / 65535, abs=1e-6)


def test_negative_and_large_integers_are_stretched() -> None:
    image = Image.fromarray(np.array([[-100, 0, 300]], dtype=np.int32))

    assert grey_from_image(image) == pytest.approx(np.array([[0, 0.25, 1]]))


def test_a_pixel_that_is_no_number_is_refused(save: Save) -> None:
    path = save(Image.fromarray(np.array([[0, np.nan], [1, 2]], dtype=np.float32)), ".tiff")

    with pytest.raises(FileFormatError) as raised:
        read_picture(path)
    sentence_of(raised, path)


@pytest.mark.parametrize(("ink", "paper"), [(0, 1), (60, 1), (255, 0), (200, 0)])
def test_transparent_surroundings_are_paper(ink: int, paper: int) -> None:
    """A drawing saved without a background: black or white paper, whichever is farther from its ink."""
    rgba = np.zeros((10, 10, 4), dtype=np.uint8)
    rgba[2:8, 4:6] = (ink, ink, ink, 255)
    expected = np.full((10, 10), paper, dtype=float)
    expected[2:8, 4:6] = ink / 255

    assert grey_from_image(Image.fromarray(rgba)) == pytest.approx(expected, abs=1e-6)


def test_half_transparent_ink_is_half_ink() -> None:
    rgba = np.zeros((10, 10, 4), dtype=np.uint8)
    rgba[2:8, 4:6] = (0, 0, 0, 255)
    rgba[2:8, 6] = (0, 0, 0, 51)

    assert grey_from_image(Image.fromarray(rgba))[4, 3:8] == pytest.approx([1, 0, 0, 0.8, 1], abs=1e-6)


def test_transparent_corners_of_a_page_take_its_brightness() -> None:
    rgba = np.full((10, 10, 4), 230, dtype=np.uint8)
    rgba[:, :, 3] = 255
    rgba[4:6, 4:6, :3] = 10
    rgba[0, 0] = (0, 0, 0, 0)

    assert grey_from_image(Image.fromarray(rgba))[0, 0] == pytest.approx(230 / 255)


def test_transparent_colour_of_a_palette_is_paper(save: Save) -> None:
    image = Image.fromarray(np.where(np.eye(8, dtype=bool), 1, 0).astype(np.uint8), mode=None).convert("P")
    image.putpalette([200, 30, 200, 0, 0, 0])

    grey = read_picture(save(image, transparency=0))

    np.testing.assert_array_equal(grey, 1 - np.eye(8))


def test_an_invisible_picture_is_blank_paper() -> None:
    assert grey_from_image(Image.new("RGBA", (4, 3), (9, 9, 9, 0))).tolist() == [[1.0] * 4] * 3


@pytest.mark.parametrize(
    ("orientation", "upright"),
    [(1, GREY), (3, GREY[::-1, ::-1]), (6, np.rot90(GREY, -1)), (8, np.rot90(GREY)), (2, GREY[:, ::-1])],
)
def test_exif_orientation_is_followed(save: Save, orientation: int, upright: NDArray[np.float64]) -> None:
    """6: what is saved as the left side is up, so the saved picture is turned clockwise. (EXIF 2.3, tag 274.)"""
    exif = Image.Exif()
    exif[274] = orientation

    assert read_picture(save(Image.fromarray(PIXELS), exif=exif)) == pytest.approx(upright, abs=1e-6)


def test_large_pictures_are_area_averaged(save: Save) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2 * MAX_SIDE, 4 * 100), dtype=np.uint8)

    grey = read_picture(save(Image.fromarray(pixels)))

    blocks = pixels.reshape(MAX_SIDE, 2, 200, 2).mean(axis=(1, 3)) / 255
    assert grey == pytest.approx(blocks, abs=1e-5)


def test_pathlib_and_text_paths_are_alike(save: Save) -> None:
    path = save(Image.fromarray(PIXELS))

    np.testing.assert_array_equal(read_picture(str(path)), read_picture(path))


@pytest.mark.parametrize(
    "content", [b"", b"P", b"not a picture at all", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff"]
)
def test_what_is_no_picture_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.png"
    path.write_bytes(content)

    with pytest.raises(FileFormatError) as raised:
        read_picture(path)
    assert "must be a whole picture (PNG, JPEG" in sentence_of(raised, path)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".tiff", ".gif", ".webp"])
def test_a_picture_cut_short_is_one_sentence(save: Save, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    path = save(Image.fromarray(noise), suffix)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(FileFormatError) as raised:
        read_picture(path)
    assert "cut short" in sentence_of(raised, path)


def png_that_claims(width: int, height: int) -> bytes:
    """Return a PNG file of a few bytes whose header promises a black and white picture of any size."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("megapixels", [65, 100, 200, 10_000])
def test_a_decompression_bomb_is_one_sentence(tmp_path: Path, megapixels: int) -> None:
    """Above our limit; where Pillow warns; where Pillow refuses; and far beyond."""
    path = tmp_path / "bomb.png"
    path.write_bytes(png_that_claims(10_000, megapixels * 100))

    with pytest.raises(FileFormatError) as raised:
        read_picture(path)
    assert f"at most {MAX_PIXELS // 10**6} million pixels" in sentence_of(raised, path)


def test_a_huge_file_is_one_sentence(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(Image.fromarray(PIXELS))
    monkeypatch.setattr(picture_files, "MAX_FILE_BYTES", path.stat().st_size - 1)

    with pytest.raises(FileFormatError, match="the file is larger") as raised:
        read_picture(path)
    sentence_of(raised, path)


def test_missing_file_folder_and_file_for_a_folder_are_one_sentence(tmp_path: Path, save: Save) -> None:
    file = save(Image.fromarray(PIXELS))
    for path, reason in [
        (tmp_path / "nowhere.png", "it does not exist"),
        (tmp_path, "it is a folder"),
        (file / "inside.png", "a part of its path is a file"),
    ]:
        with pytest.raises(StorageError, match=reason) as raised:
            read_picture(path)
        sentence_of(raised, path)


def test_a_read_error_is_one_sentence(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(Image.fromarray(PIXELS))

    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr("builtins.open", fail)
    with pytest.raises(StorageError, match="permission is denied") as raised:
        read_picture(path)
    sentence_of(raised, path)


def test_odd_metadata_is_no_reason_to_warn_or_refuse(save: Save) -> None:
    """Pillow warns of EXIF data it cannot parse."""
    path = save(Image.fromarray(PIXELS), ".jpg", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x09broken", quality=95)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_picture(path) == pytest.approx(GREY, abs=0.03)


@given(content=st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_picture_or_a_file_format_error(tmp_path: Path, content: bytes) -> None:
    _read_or_refuse(tmp_path / "any", content)


@given(data=st.data(), form=st.sampled_from(["PNG", "JPEG", "BMP", "GIF", "WEBP", "PPM"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_a_picture_or_a_file_format_error(tmp_path: Path, data: st.DataObject, form: str) -> None:
    stream = io.BytesIO()
    Image.fromarray(PIXELS).save(stream, form)
    content = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(tmp_path / "damaged", bytes(content[: data.draw(st.integers(1, len(content)))]))


def _read_or_refuse(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        grey = read_picture(path)
    except FileFormatError:
        return
    assert grey.ndim == 2
    assert grey.dtype == np.float32
    assert 0 <= grey.min() <= grey.max() <= 1


def test_a_deep_picture_may_have_a_quarter_of_the_pixels(tmp_path: Path) -> None:
    path = tmp_path / "deep.tiff"
    Image.new("I;16", (4000, 4000)).save(path)

    with pytest.raises(FileFormatError, match="at most 13 million pixels"):
        read_picture(path)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1"])
def test_a_large_picture_shows_what_a_small_one_does(tmp_path: Path, mode: str) -> None:
    """Of 4800×2400 pixels the left half is black: 1024×512 with the edge in the middle, 0 and 1 beside it."""
    picture = Image.new("L", (4800, 2400), 255)
    picture.paste(0, (0, 0, 2400, 2400))
    path = tmp_path / "large.png"
    picture.convert(mode).save(path)

    brightness = read_picture(path)

    assert brightness.shape == (512, 1024)
    assert brightness[:, :511].max() == 0
    assert brightness[:, 513:].min() == 1


def test_a_large_photograph_is_turned_upright(tmp_path: Path) -> None:
    """Orientation 6: the camera was held so that the top of the scene is the right side of the file."""
    picture = Image.new("L", (4800, 2400), 255)
    picture.paste(0, (2400, 0, 4800, 2400))
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "turned.jpg"
    picture.save(path, exif=exif)

    brightness = read_picture(path)

    assert brightness.shape == (1024, 512)
    assert brightness[:500].min() > 0.98
    assert brightness[524:].max() < 0.02
