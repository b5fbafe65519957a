"""Tables of pixels: with and without header and labels, Kaggle's, broken ones; against Python's own csv."""

from __future__ import annotations

import csv
import gzip
import io
import tracemalloc
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnapp.errors import DataError, FileFormatError, NnappError
from nnapp.storage.dataset import SourceContent
from nnapp.storage.datasets import load_dataset
from nnapp.storage.sources.csv_files import read_csv_dataset_from, read_csv_files, read_csv_images
from nnapp.storage.sources.csv_tables import reading_csv

Result = TypeVar("Result")


def drain(steps: Generator[Any, None, Result]) -> Result:
    results: list[Result] = []

    def run() -> Generator[Any, None, None]:
        results.append((yield from steps))

    for _ in run():
        pass
    return results[0]


def read(text: str | bytes) -> SourceContent:
    content = text.encode() if isinstance(text, str) else text
    return drain(read_csv_dataset_from(io.BytesIO(content), "a.csv"))


FOUR = "7,0,10,20,255\n1,5,6,7,8\n"


def test_the_label_comes_first() -> None:
    content = read(FOUR)

    assert content.training.labels.tolist() == [7, 1]
    assert content.training.images.tolist() == [[[0, 10], [20, 255]], [[5, 6], [7, 8]]]
    assert content.training.images.dtype == np.uint8
    assert content.test is None


@pytest.mark.parametrize(
    "text",
    [
        "label,p0,p1,p2,p3\n" + FOUR,
        FOUR.replace(",", ";"),
        FOUR.replace(",", "\t"),
        "\ufeff" + FOUR,
        FOUR.replace("\n", "\r\n"),
        "\n\n" + FOUR.replace("\n", "\n\n"),
        FOUR.rstrip("\n"),
        FOUR.replace("7,0,", '"7","0",'),
        FOUR.replace(",20,", ", 20 ,"),
        FOUR.replace("255", "255.0"),
        "a,b,class,c,d\n0,10,7,20,255\n5,6,1,7,8\n",
    ],
    ids=[
        "header", "semicolons", "tabs", "byte order mark", "Windows", "blank lines", "no last newline", "quotes",
        "spaces", "a float", "label in the middle",
    ],
)  # fmt: skip
def test_spellings_of_the_same_table(text: str) -> None:
    content = read(text)

    assert content.training.labels.tolist() == [7, 1]
    assert content.training.images.tolist() == [[[0, 10], [20, 255]], [[5, 6], [7, 8]]]


def test_a_gzipped_table_is_the_same() -> None:
    assert read(gzip.compress(FOUR.encode())).training.labels.tolist() == [7, 1]


def test_values_up_to_one_are_shares_of_full_ink() -> None:
    """0.5 of 255 is 127.5, and halves go to the even number."""
    content = read("0,0,1,0.5,0.25\n1,1,1,1,1\n")

    assert content.training.images[0].tolist() == [[0, 255], [128, 64]]


def test_labels_may_be_words_in_natural_order() -> None:
    content = read("label,a,b,c,d\nclass 10,1,2,3,4\nclass 2,5,6,7,8\nclass 2,5,6,7,9\n")

    assert content.class_names == ("class 2", "class 10")
    assert content.training.labels.tolist() == [1, 0, 0]


def test_the_header_may_tell_the_size_of_the_images() -> None:
    """Six pixels are no square: 2 rows of 3."""
    content = read("label,1x1,1x2,1x3,2x1,2x2,2x3\n0,1,2,3,4,5,6\n1,1,2,3,4,5,7\n")

    assert content.training.images[0].tolist() == [[1, 2, 3], [4, 5, 6]]


def test_pixels_stand_where_the_header_says() -> None:
    """Row × column, here column by column, as R writes matrices."""
    content = read("label,1x1,2x1,1x2,2x2,1x3,2x3\n0,1,4,2,5,3,6\n1,1,4,2,5,3,7\n")

    assert content.training.images.tolist() == [[[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 7]]]


def test_a_header_that_says_one_place_twice_is_not_believed() -> None:
    """Four columns are a square then, row by row."""
    content = read("label,1x1,1x2,1x2,2x2\n0,1,2,3,4\n1,5,6,7,8\n")

    assert content.training.images[0].tolist() == [[1, 2], [3, 4]]


def test_one_long_label_does_not_make_all_others_as_long() -> None:
    """An array of 2,001 texts of 200,000 characters would take 1.6 GB."""
    content = b"x" * 200_000 + b",1,2,3,4\n" + b"y,5,6,7,8\n" * 2_000
    tracemalloc.start()
    found = read(content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [len(name) for name in found.class_names] == [200_000, 1]
    assert most < 20e6


def test_labels_of_both_files_are_words_if_any_is(tmp_path: Path) -> None:
    """The test images happen to be of classes whose names are numbers."""
    (tmp_path / "train.csv").write_text("1,0,1,2,3\n2,0,1,2,4\nten,0,1,2,5\n")
    (tmp_path / "test.csv").write_text("2,0,1,2,4\n1,0,1,2,3\n")
    content = drain(read_csv_files(tmp_path))

    assert content.class_names == ("1", "2", "ten")
    assert content.training.labels.tolist() == [0, 1, 2]
    assert content.test is not None
    assert content.test.labels.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("7,0,1,2,3\n7,0,1,2\n", "Line 2 of a.csv must have 5 values, as the first one; got 4."),
        ("label,a,b,c,d\n7,0,1,2,3\n\n7,0,x,2,3\n", "Line 4, column 3 of a.csv must be a number; got 'x'."),
        ("7,0,1,2,3\n7,0,,2,3\n", "Line 2, column 3 of a.csv must be a number; got ''."),
        ("1,2,3\n1,2,3\n", "a column called label; got 3 columns."),
        ("", "a.csv must hold a row of numbers for each image; got no row."),
        ("label,a,b,c,d\n", "a.csv must hold a row of numbers for each image; got no row."),
        ("1,2,3,4\n5,6,7,8\n", "a.csv must have labels to learn from; got columns of pixels alone."),
        ("7,0,1,2,256\n1,2,3,4,5\n", "The pixels in a.csv must be 0…1 or 0…255; got 0 to 256."),
        ("7,0,1,2,nan\n1,2,3,4,5\n", "The pixels in a.csv must be finite numbers"),
        ("7,-1,1,2,3\n1,2,3,4,5\n", "The pixels in a.csv must be 0…1 or 0…255; got -1 to 5."),
        (b"7,0,1,2,\xff\n", "a.csv must be text in UTF-8; got the byte 0xFF."),
        (gzip.compress(FOUR.encode(), mtime=0)[:-9], "a.csv must be an undamaged gzip file"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str | bytes, sentence: str) -> None:
    with pytest.raises(NnappError) as raised:
        read(text)

    assert sentence in str(raised.value)
    assert isinstance(raised.value, DataError | FileFormatError)


def write_kaggle(folder: Path, *, is_labelled: bool = False) -> Path:
    """Write 40 random images as Kaggle's digit recognizer has them."""
    rng = np.random.default_rng(0)
    header = [f"pixel{number}" for number in range(784)]
    pixels = rng.integers(0, 256, (40, 784))
    labels = np.arange(40) % 10
    folder.mkdir(exist_ok=True)
    for name, has_labels in (("train.csv", True), ("test.csv", is_labelled)):
        with open(folder / name, "w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["label", *header] if has_labels else header)
            writer.writerows(np.column_stack([labels, pixels]) if has_labels else pixels)
    (folder / "sample_submission.csv").write_text("ImageId,Label\n1,0\n")
    return folder


def test_kaggles_folder_is_a_data_set(tmp_path: Path) -> None:
    """Kaggle's test images have no labels, so a fifth of the 40 training images are set apart."""
    dataset = load_dataset(write_kaggle(tmp_path / "kaggle"))

    assert (len(dataset.training_labels), len(dataset.test_labels)) == (32, 8)
    assert dataset.image_shape == (28, 28)
    assert dataset.class_names == tuple("0123456789")
    assert any("has no labels" in sentence for sentence in dataset.warnings)


def test_a_labelled_test_file_is_tested_with(tmp_path: Path) -> None:
    dataset = load_dataset(write_kaggle(tmp_path / "pair", is_labelled=True))

    assert (len(dataset.training_labels), len(dataset.test_labels)) == (40, 40)


def test_folders_of_other_files_are_told(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(FOUR)

    with pytest.raises(DataError, match=r"must hold one CSV file, or one with train .*; got a\.csv and b\.csv\."):
        drain(read_csv_files(tmp_path))


def test_images_without_labels(tmp_path: Path) -> None:
    folder = write_kaggle(tmp_path / "kaggle")

    assert drain(read_csv_images(folder / "test.csv", (28, 28))).shape == (40, 28, 28)
    with pytest.raises(DataError, match="must hold images without labels"):
        drain(read_csv_images(folder / "train.csv", (28, 28)))
    with pytest.raises(DataError, match=r"must have 64 pixels; got 784\."):
        drain(read_csv_images(folder / "test.csv", (8, 8)))


@pytest.mark.parametrize("header", ["", "a,b,c,d,e,f,g,h,i,j\n"])
def test_images_without_labels_need_not_be_square(tmp_path: Path, header: str) -> None:
    """Ten pixels are no square, and could be a label and 3×3 of them if the network did not say 2×5."""
    (tmp_path / "test.csv").write_text(header + "0,1,2,3,4,5,6,7,8,9\n")

    assert drain(read_csv_images(tmp_path / "test.csv", (2, 5))).tolist() == [[[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]]


@given(
    st.lists(st.lists(st.integers(0, 255), min_size=5, max_size=5), min_size=1, max_size=30),
    st.sampled_from([",", ";", "\t"]),
    st.booleans(),
)
def test_numbers_are_what_pythons_csv_reads(rows: list[list[int]], separator: str, is_quoted: bool) -> None:
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL).writerows(rows)
    content = stream.getvalue().encode()

    table = drain(reading_csv(io.BytesIO(content), "a.csv", len(content)))

    expected = np.array(list(csv.reader(io.StringIO(stream.getvalue()), delimiter=separator)), float)
    assert table.labels == [str(int(label)) for label in expected[:, 0]]
    assert np.array_equal(table.pixels, expected[:, 1:])


@given(st.binary(max_size=200) | st.text('0123456789,;\t\r\n"x.-e', max_size=200).map(str.encode))
@example(b"1e310;0")  # a label too large for a float
def test_no_bytes_do_anything_but_a_sentence(content: bytes) -> None:
    with suppress(NnappError):
        read(content)


def test_a_long_table_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of 64 bytes cut lines, and lines with carriage returns, anywhere."""
    monkeypatch.setattr("nnapp.storage.sources.csv_tables._PIECE_BYTES", 64)
    rng = np.random.default_rng(0)
    values = rng.integers(0, 256, (50, 5))
    text = "\r\n".join(",".join(map(str, row)) for row in values)

    table = drain(reading_csv(io.BytesIO(text.encode()), "a.csv", len(text)))

    assert np.array_equal(table.pixels, values[:, 1:])
    assert table.labels == [str(label) for label in values[:, 0]]


def test_names_of_classes_may_hold_what_python_takes_for_the_end_of_a_line() -> None:
    """U+2028, U+0085 and the form feed end lines of a text, but not rows of a table."""
    content = read("a\u2028b,0,1,2,3\na\x85b,4,5,6,7\na\fb,8,9,10,11\n")

    assert len(content.training.labels) == 3
    assert set(content.class_names) == {"a\u2028b", "a\x85b", "a\fb"}


@pytest.mark.parametrize("first", [0, 1])
def test_pandas_numbers_the_columns(first: int) -> None:
    header = "label," + ",".join(str(first + number) for number in range(4))

    assert read(f"{header}\n{FOUR}").training.labels.tolist() == [7, 1]


def test_a_class_may_be_called_like_a_column() -> None:
    content = read("y,0,1,2,4\nz,4,5,6,7\n")

    assert content.class_names == ("y", "z")
    assert content.training.images[0].tolist() == [[0, 1], [2, 4]]


def test_numpy_writes_labels_as_floats() -> None:
    stream = io.StringIO()
    np.savetxt(stream, np.array([[7, 0, 10, 20, 255], [-1, 5, 6, 7, 8]]), delimiter=",")

    content = read(stream.getvalue())

    assert content.training.labels.tolist() == [7, -1]
    assert content.class_names == ()


@pytest.mark.parametrize("label", ["1.5", "1e99", "9" * 15, "1_0", "nan", "٣"])
def test_labels_that_are_no_classes_by_number_are_names(label: str) -> None:
    assert label in read(f"{label},0,10,20,255\n1,5,6,7,8\n").class_names


def test_what_macos_packs_beside_files_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("7,0,10,20,255\n1,5,6,7,8\n" * 5)
    (tmp_path / "._train.csv").write_bytes(b"\0\5\x16\7")

    assert load_dataset(tmp_path).class_names == ("1", "7")


def test_a_gzip_bomb_is_refused_before_it_unpacks() -> None:
    """100 MB of 0 and 1 in 200 kB: refused after the 64 MiB that may come out of anything."""
    line = b"0,1,1,1,1\n"
    bomb = gzip.compress(line * 10_000_000, 6, mtime=0)
    assert len(bomb) < 200_000

    tracemalloc.start()
    with pytest.raises(FileFormatError, match=r"a\.csv must grow at most 200fold"):
        read(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    # 6.7 million rows of 64 MiB: 4 pixels of a byte, and a label, which is a place in a list.
    assert peak < 300e6


def test_blank_lines_without_end_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.storage.load_progress._INTERVAL_S", 0.0)
    content = b"\n" * (3 << 20)

    reports = list(suppressed(reading_csv(io.BytesIO(content), "a.csv", len(content))))

    assert len(reports) >= 3  # one for each piece of 1 MiB


def suppressed(steps: Generator[Any, None, Any]) -> Generator[Any, None, None]:
    with suppress(NnappError):
        yield from steps


def test_fractions_take_four_times_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.storage.sources.csv_tables.MAX_PIXEL_BYTES", 8)

    assert len(read(FOUR).training.images) == 2
    with pytest.raises(DataError, match=r"must hold at most 2 pixels; got more\."):
        read("7,0,0.5,1,1\n")


def test_a_number_is_the_same_label_in_lines_of_numbers_and_among_words() -> None:
    """Lines that hold nothing but numbers are read in another way than others."""
    lines = ["01,1,2,3,4", "ring,1,2,3,4"]
    assert read("\n".join(lines).encode()).class_names == ("1", "ring")
    assert read("\n".join(lines[:1] * 2).encode()).training.labels.tolist() == [1, 1]


HEAD = "label,p0,p1,p2,p3\n"


def rows_of(labels: list[str]) -> str:
    return HEAD + "".join(f"{label},0,255,0,9\n" for label in labels)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        # Line 1 is the header, and line 2 image 0.
        ("", "Line 59 of a.csv must have a label; got an empty one."),
        ("7x", "Label '7x' of image 57 in a.csv must be a whole number, as most labels there are."),
        ("nan", "Label 'nan' of image 57 in a.csv must be a whole number, as most labels there are."),
        ("0.5", "Label '0.5' of image 57 in a.csv must be a whole number, as most labels there are."),
    ],
)
def test_a_damaged_label_is_no_class(wrong: str, sentence: str) -> None:
    labels = [str(number % 10) for number in range(200)]
    labels[57] = wrong
    with pytest.raises(NnappError) as caught:
        read(rows_of(labels))
    assert str(caught.value) == sentence


def test_the_line_of_an_empty_label_counts_blank_ones() -> None:
    with pytest.raises(FileFormatError, match=r"^Line 5 of a\.csv must have a label"):
        read(HEAD + "1,0,255,0,9\n\n\n,0,255,0,9\n")


def test_labels_that_pandas_misses_are_no_class_however_many() -> None:
    with pytest.raises(DataError, match="Label 'nan' of image 0 "):
        read(rows_of([["nan", "1", "2"][number % 3] for number in range(60)]))


def test_words_among_numbers_are_classes_if_they_are_as_many() -> None:
    content = read(rows_of([["0", "1", "2", "other"][number % 4] for number in range(60)]))
    assert content.class_names == ("0", "1", "2", "other")


def test_a_test_file_whose_labels_are_all_empty_has_none(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(rows_of([str(number % 4) for number in range(40)]))
    (tmp_path / "test.csv").write_text(rows_of([""] * 40))
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("0", "1", "2", "3")
    assert (len(dataset.training_labels), len(dataset.test_labels)) == (32, 8)
    assert any("test.csv has no labels" in sentence for sentence in dataset.warnings)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "0,0,255,0,square\n",
            "Line 1, column 5 of a.csv must be a number, since the label stands in the first column or in one that a "
            "header calls label; got 'square'.",
        ),
        ("1;0,5;0,25;1,0;0,1\n", "column 2 of a.csv must be a number with a decimal point, not a comma; got '0,5'."),
        (
            "y;a;b;c;d\n1;0,5;0;1;0\n",
            "column 2 of a.csv must be a number with a decimal point, not a comma; got '0,5'.",
        ),
    ],
)
def test_usual_mistakes_are_told_with_what_is_meant(text: str, sentence: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        read(text)
    assert str(caught.value).endswith(sentence)


def test_too_many_columns_are_refused_by_the_first_line() -> None:
    # 1025 · 1025 pixels are one row and one column more than an image may have; the rows are never looked at.
    with pytest.raises(DataError, match=r"at most 1,048,576 columns of pixels; got 1,050,625\."):
        read(",".join(["1"] * (1025 * 1025)) + "\nnothing of this is read\n")
