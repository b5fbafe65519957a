"""Data sets in .npz files: every layout and type of array, and files that are damaged or lie."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from nnapp.errors import DataError, FileFormatError, NnappError
from nnapp.storage.dataset import Dataset, SourceContent
from nnapp.storage.datasets import load_dataset
from nnapp.storage.load_progress import drained
from nnapp.storage.sources.npz_archive import NpzArchive
from nnapp.storage.sources.npz_files import read_npz_file_from

LABELS = np.arange(12) % 3


def random_images(*shape: int) -> NDArray[np.uint8]:
    """Return images of bytes, of which one is 255."""
    images = np.random.default_rng(5).integers(0, 256, shape, np.uint8)
    images.flat[0] = 255
    return images


def content_of(stream: io.BytesIO, name: str = "a.npz") -> SourceContent:
    return drained(read_npz_file_from(stream, name))


def packed(*, compressed: bool = False, **arrays: Any) -> io.BytesIO:
    stream = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(stream, **arrays)
    return stream


def read(**arrays: Any) -> SourceContent:
    return content_of(packed(**arrays))


def refusal_of(**arrays: Any) -> str:
    with pytest.raises(NnappError) as caught:
        read(**arrays)
    return str(caught.value)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
    ],
)
def test_sets_with_test_images(names: tuple[str, ...], compressed: bool, tmp_path: Path) -> None:
    images = random_images(12, 4, 5)
    arrays = (images[:8], LABELS[:8], images[8:], LABELS[8:])
    path = tmp_path / "some digits.npz"
    path.write_bytes(packed(compressed=compressed, **dict(zip(names, arrays, strict=True))).getvalue())
    dataset = load_dataset(path)
    assert isinstance(dataset, Dataset)
    assert (dataset.name, dataset.location, dataset.warnings) == ("some digits", str(path), ())
    np.testing.assert_array_equal(dataset.training_images, images[:8])
    np.testing.assert_array_equal(dataset.training_labels, LABELS[:8])
    np.testing.assert_array_equal(dataset.test_images, images[8:])
    np.testing.assert_array_equal(dataset.test_labels, LABELS[8:])


@pytest.mark.parametrize("names", [("images", "labels"), ("X", "y"), ("data", "target"), ("x_train", "y_train")])
def test_sets_without(names: tuple[str, str], tmp_path: Path) -> None:
    images = random_images(50, 3, 3)
    path = tmp_path / "a.npz"
    np.savez(path, **{names[0]: images, names[1]: np.arange(50) % 5})
    dataset = load_dataset(path)
    assert (len(dataset.training_labels), len(dataset.test_labels)) == (40, 10)


# Images -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["uint8", "int16", ">i4", "int64", "float16", ">f4", "float64"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_bytes_of_every_type(dtype: str, order: Any) -> None:
    images = random_images(12, 4, 5)
    found = read(images=np.array(images, dtype, order=order), labels=LABELS)
    np.testing.assert_array_equal(found.training.images, images)
    assert found.training.images.dtype == np.uint8
    assert found.warnings == ()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_fractions_become_bytes(dtype: str) -> None:
    images = random_images(12, 4, 5)
    found = read(images=(images / 255).astype(dtype), labels=LABELS)
    np.testing.assert_array_equal(found.training.images, images)


def test_range_is_that_of_both_parts() -> None:
    bright, dark = np.full((12, 2, 2), 200.0), np.ones((3, 2, 2))
    found = read(x_train=bright, y_train=LABELS, x_test=dark, y_test=LABELS[:3])
    assert found.test is not None
    assert found.test.images.max() == 1, "1 of 255, since the training images say so"


@pytest.mark.parametrize("dtype", ["uint8", "bool", "int64"])
def test_black_and_white(dtype: str) -> None:
    images = random_images(12, 4, 5) > 127
    found = read(images=images.astype(dtype), labels=LABELS)
    np.testing.assert_array_equal(found.training.images, images * np.uint8(255))
    assert ("only 0 and 1" in "".join(found.warnings)) == (dtype != "bool")


def test_dark_images_are_told() -> None:
    [warning] = read(images=np.full((12, 2, 2), 16.0), labels=LABELS).warnings
    assert warning == "The images in a.npz are dark: the brightest pixel is 16 of 255."


@pytest.mark.parametrize("shape", [(12, 4, 4, 1), (12, 1, 4, 4), (12, 16)])
def test_other_layouts_of_grey_images(shape: tuple[int, ...]) -> None:
    images = random_images(12, 4, 4)
    np.testing.assert_array_equal(read(images=images.reshape(shape), labels=LABELS).training.images, images)


def test_colour_becomes_grey() -> None:
    # Red, green, blue, white and a mixture: 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2.
    pixels = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [200, 100, 50], [0, 0, 0]], np.uint8)
    images = np.tile(pixels.reshape(1, 2, 3, 3), (12, 1, 1, 1))
    for layout in (images, np.moveaxis(images, 3, 1), images / 255):
        if layout.shape[1:] == (3, 2, 3):
            layout = np.ascontiguousarray(np.repeat(layout, 2, 3))  # six wide, so that the colours stand first
        found = read(images=layout, labels=LABELS)
        grey = found.training.images[0, :, ::2] if found.training.images.shape[2] == 6 else found.training.images[0]
        assert grey.tolist() == [[76, 150, 29], [255, 124, 0]]
        assert found.warnings[0] == "The images in a.npz are in colour and were turned to grey."


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (np.full((12, 2, 2), -0.5), "The pixels in a.npz must be 0…1 or 0…255; got -0.5 to -0.5."),
        (np.full((12, 2, 2), 256), "The pixels in a.npz must be 0…1 or 0…255; got 256 to 256."),
        (np.full((12, 2, 2), np.nan), "The pixels in a.npz must be finite numbers; got nan to nan."),
        (
            np.zeros((12, 15), np.uint8),
            "The images in a.npz must be square where they are single rows of pixels; got rows of 15.",
        ),
        (
            np.zeros((12, 5, 5, 4), np.uint8),
            "The images in a.npz must have the shape (images, height, width), (images, pixels) or, in colour, "
            "(images, height, width, 3); got 12 × 5 × 5 × 4.",
        ),
        (np.full((12, 4), "a"), "The images in a.npz must be numbers; got type <U1."),
    ],
)
def test_what_is_no_image(images: NDArray[Any], sentence: str) -> None:
    assert refusal_of(images=images, labels=LABELS) == sentence


# Labels -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "labels", [LABELS[:, np.newaxis], LABELS.astype(float), np.eye(3)[LABELS], np.eye(3, dtype=bool)[LABELS]]
)
def test_labels_of_other_kinds(labels: NDArray[Any]) -> None:
    found = read(images=random_images(12, 2, 2), labels=labels)
    np.testing.assert_array_equal(found.training.labels, LABELS)


def test_one_hot_columns_without_an_image_stay_classes() -> None:
    assert read(images=random_images(12, 2, 2), labels=np.eye(5)[LABELS]).class_names == ("0", "1", "2", "3", "4")


@pytest.mark.parametrize("dtype", ["U", "S"])
def test_texts_are_classes_in_natural_order(dtype: str) -> None:
    texts = np.array(["class 10", "class 9", "ape"], dtype)
    found = read(
        x_train=random_images(12, 2, 2), y_train=texts[LABELS], x_test=random_images(2, 2, 2), y_test=texts[[2, 0]]
    )
    assert found.class_names == ("ape", "class 9", "class 10")
    np.testing.assert_array_equal(found.training.labels, np.array([2, 1, 0])[LABELS])
    assert found.test is not None
    assert found.test.labels.tolist() == [0, 2]


def test_names_of_classes() -> None:
    images, names = random_images(12, 2, 2), np.array(["top", "coat", "bag"])
    assert read(images=images, labels=LABELS, class_names=names).class_names == ("top", "coat", "bag")
    found = read(images=images, labels=names[LABELS], target_names=names)
    assert found.class_names == ("top", "coat", "bag")
    np.testing.assert_array_equal(found.training.labels, LABELS)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"labels": LABELS + 0.5}, "The labels in a.npz must be whole numbers; got 0.5."),
        ({"labels": LABELS[:7]}, "Arrays images and labels in a.npz must be equally long; got 12 × 2 × 2 and 7."),
        (
            {"labels": np.ones((12, 2))},
            "One-hot labels in a.npz must have a single 1 in each row; got row 0 without.",
        ),
        (
            {"labels": np.array(["a", 1] * 6, object)},
            "Array 'labels' in a.npz must hold numbers or texts; got Python objects, which are not read because they "
            "could run a program.",
        ),
        (
            {"labels": np.array(list("abc"))[LABELS], "class_names": np.array(["a", "b"])},
            "The labels in a.npz must be among its class names; got 'c'.",
        ),
        (
            {"labels": np.zeros((12, 2, 2))},
            "The labels in a.npz must be whole numbers, texts or one-hot rows; "
            "got type float64 of the shape 12 × 2 × 2.",
        ),
    ],
)
def test_what_is_no_label(arrays: dict[str, Any], sentence: str) -> None:
    assert refusal_of(images=random_images(12, 2, 2), **arrays) == sentence


def test_parts_of_different_kinds() -> None:
    images = random_images(12, 2, 2)
    sentence = refusal_of(x_train=images, y_train=LABELS, x_test=images, y_test=LABELS.astype("U"))
    assert sentence == "The labels in a.npz must be of one kind; got texts and whole numbers."


# Files --------------------------------------------------------------------------------------------


def test_other_names() -> None:
    sentence = refusal_of(pictures=random_images(12, 2, 2), classes=LABELS)
    assert sentence == (
        "Two arrays in a.npz must be named as one of the pairs x_train + y_train, train_images + train_labels, "
        "images + labels, images + target, x + y, data + target, data + labels; got pictures and classes."
    )


def test_arrays_that_are_not_needed_are_told_and_not_read() -> None:
    found = read(images=random_images(12, 2, 2), labels=LABELS, notes=np.array([{}], object), val_images=LABELS)
    assert found.warnings == ("notes and val_images in a.npz were not used.",)


def with_header(header: str, values: bytes, claimed: int | None = None, method: int = zipfile.ZIP_STORED) -> io.BytesIO:
    """Return an archive of labels and of images with a header of our own, perhaps claiming another size."""
    text = header.encode("latin-1")
    array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + values
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("images.npy", array)
        labels = io.BytesIO()
        np.save(labels, LABELS)
        archive.writestr("labels.npy", labels.getvalue())
    if claimed is None:
        return stream
    # The size stands in the local header and in the directory.
    return io.BytesIO(stream.getvalue().replace(struct.pack("<I", len(array)), struct.pack("<I", claimed)))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("(12, 1000, 1000)", "must hold 12,000,000 bytes of values, as its header says; got 48"),
        ("(12, 999999999999999999, 999999999999999999)", "must hold 1 to "),
        ("(12, 0, 2)", "must hold 1 to 2,147,483,648 values; got 12 × 0 × 2"),
        ("(12, 2, 1)", "must hold 24 bytes of values, as its header says; got 48"),
        ("__import__('os').abort()", "The header of "),
    ],
)
def test_headers_that_lie(shape: str, said: str) -> None:
    stream = with_header(f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n", bytes(48))
    with pytest.raises(FileFormatError) as caught:
        content_of(stream)
    assert said in str(caught.value)


def test_zip_bomb_is_refused_before_it_unpacks() -> None:
    n_bytes = 200 << 20
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': (12, {n_bytes // 12}), }}\n"
    stream = with_header(header, bytes(n_bytes), method=zipfile.ZIP_DEFLATED)
    assert len(stream.getvalue()) < 300_000
    with pytest.raises(FileFormatError, match=r"Array 'images' in a\.npz must unpack to at most 67,108,864 bytes"):
        content_of(stream)


def test_claim_of_less_than_there_is_and_of_more() -> None:
    header = "{'descr': '|u1', 'fortran_order': False, 'shape': (12, 100), }\n"
    for n_bytes in (1200 - 17, 1200 + 1000):
        stream = with_header(header, bytes(n_bytes), claimed=10 + len(header) + 1200, method=zipfile.ZIP_DEFLATED)
        with pytest.raises(FileFormatError):
            content_of(stream)


def test_ten_gigabytes_together_are_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.storage.sources.npz_files.MAX_PIXEL_BYTES", 100)
    # 12 · 4 bytes of images fit, 12 · 8 bytes of labels after them do not.
    with pytest.raises(FileFormatError) as caught:
        read(images=random_images(12, 2, 2), labels=LABELS)
    assert str(caught.value) == (
        "The arrays in a.npz must have at most 100 bytes together; got more with 96 of array 'labels'."
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_damaged_files_raise_nothing_else(data: st.DataObject) -> None:
    content = bytearray(
        packed(compressed=data.draw(st.booleans()), images=random_images(12, 2, 2), labels=LABELS).getvalue()
    )
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]
    with suppress(NnappError):
        content_of(io.BytesIO(bytes(content)))


@settings(max_examples=60, deadline=None)
@given(
    images=hnp.arrays(
        st.sampled_from([np.uint8, np.int32, np.float32, np.float64]),
        st.tuples(st.just(6), st.integers(1, 4), st.integers(1, 4)),
        elements=st.integers(2, 255),
    ),
    labels=hnp.arrays(st.sampled_from([np.int64, np.uint8, np.float32]), 6, elements=st.integers(0, 100)),
)
def test_what_numpy_writes_is_read(images: NDArray[Any], labels: NDArray[Any]) -> None:
    found = content_of(packed(X=images, y=labels))
    np.testing.assert_array_equal(found.training.images, images)
    np.testing.assert_array_equal(found.training.labels, labels)


def test_folder_with_one_npz_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X=random_images(20, 2, 2), y=np.arange(20) % 2)
    dataset = load_dataset(tmp_path)
    assert dataset.choice.source == str(tmp_path)
    assert dataset.name == "a"
    np.savez(tmp_path / "b.npz", X=random_images(20, 2, 2), y=np.arange(20) % 2)
    with pytest.raises(DataError, match=r"must hold one \.npz file; got a\.npz and b\.npz\.$"):
        load_dataset(tmp_path)


def test_npz_file_of_another_name(tmp_path: Path) -> None:
    path = tmp_path / "digits"
    path.write_bytes(packed(X=random_images(20, 2, 2), y=np.arange(20) % 2).getvalue())
    assert load_dataset(path).name == "digits"


def test_two_arrays_of_one_name() -> None:
    stream = packed(x=random_images(12, 2, 2), y=LABELS)
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("x.npy", b"")
    with pytest.raises(FileFormatError, match="must have different names"):
        content_of(stream)


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("code", [0xD800, 0x110000])
def test_texts_must_be_made_of_characters(code: int, byte_order: str) -> None:
    labels = np.array(["a", "b"] * 6, f"{byte_order}U1")
    codes = labels.view(f"{byte_order}u4")
    codes[3] = code
    said = refusal_of(images=random_images(12, 2, 2), labels=labels)
    assert said == f"Texts of Array 'labels' in a.npz must be made of Unicode characters; got 0x{code:X}."


def test_arrays_are_read_only() -> None:
    archive = NpzArchive(packed(a=LABELS, b=np.array(["a"])), "a.npz", 1 << 20)
    for name in ("a", "b"):
        assert not drained(archive.reading(name)).flags.writeable


def test_a_long_directory_is_not_read() -> None:
    """65,000 empty files take 46 bytes and their name each in the directory, and hundreds in memory."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(50_000):
            archive.writestr(zipfile.ZipInfo(f"{number:060}"), b"")
    tracemalloc.start()
    with pytest.raises(FileFormatError, match=r"The directory of a\.npz must have at most 4,194,304 bytes"):
        content_of(stream)
    assert tracemalloc.get_traced_memory()[1] < 2e6
    tracemalloc.stop()


@pytest.mark.parametrize("shape", [(12, 1025, 2), (12, 2, 1025), (12, 3, 1025, 2), (12, 2, 1025, 3), (12, 1025**2)])
def test_images_that_are_too_large_are_refused_by_their_headers(
    shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = packed(images=np.zeros(shape, np.uint8), labels=LABELS)
    monkeypatch.setattr(NpzArchive, "reading", None)
    with pytest.raises(DataError, match=r"The images in a\.npz must be at most 1,024 × 1,024 pixels; got "):
        content_of(stream)


@pytest.mark.parametrize("dtype", ["U1025", "S1025"])
def test_long_texts_are_refused_before_they_are_read(dtype: str) -> None:
    sentence = refusal_of(images=random_images(12, 2, 2), labels=np.array(["a"] * 12, dtype))
    assert sentence == "Texts of array 'labels' in a.npz must have at most 1,024 characters; got 1,025."


def test_labels_may_take_less_memory_than_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.storage.sources.npz_files._MAX_LABEL_BYTES", 12 * 8)
    assert len(read(images=random_images(12, 20, 20), labels=LABELS).training.labels) == 12
    sentence = refusal_of(images=random_images(12, 20, 20), labels=np.eye(12))
    assert sentence == "Array 'labels' in a.npz must have at most 96 bytes; got 1,152."
