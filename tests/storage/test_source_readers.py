"""The reader is chosen by what is there, and what no reader is for is told."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.errors import DataError, StorageError
from nnapp.storage.exchange.readers import read_any_network
from nnapp.storage.idx_file import write_idx
from nnapp.storage.published_datasets import FILE_NAMES
from nnapp.storage.source_readers import reader_of


def name_of_reader(path: Path) -> str:
    reading: Any = reader_of(path)
    name: str = reading.gi_code.co_name
    reading.close()
    return name


def write_pictures(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "one.PNG").write_bytes(b"not looked into")


def write_idx_files(folder: Path, *names: str) -> None:
    for name in names:
        write_idx(folder / name, np.zeros(1, np.uint8))


@pytest.mark.parametrize(
    ("name", "content", "reader"),
    [
        ("digits.npz", b"", "read_npz_file"),
        ("digits", b"PK\x03\x04", "read_npz_file"),
        ("train.csv", b"", "read_csv_files"),
        ("train.CSV.gz", b"\x1f\x8b", "read_csv_files"),
    ],
)
def test_files(tmp_path: Path, name: str, content: bytes, reader: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert name_of_reader(tmp_path / name) == reader


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "a.npz").write_bytes(b"")
    assert name_of_reader(tmp_path) == "read_npz_file"
    (tmp_path / "train.csv").write_bytes(b"")
    assert name_of_reader(tmp_path) == "read_csv_files"
    (tmp_path / "a.npz").unlink()
    write_pictures(tmp_path / "train" / "cats")
    assert name_of_reader(tmp_path) == "read_image_folders", "a table of names is no table of pixels"
    write_idx_files(tmp_path, *FILE_NAMES[:3])
    assert name_of_reader(tmp_path) == "read_image_folders", "three IDX files are no data set"
    write_idx_files(tmp_path, *FILE_NAMES)
    assert name_of_reader(tmp_path) == "read_idx_folder"


def test_a_table_beside_folders(tmp_path: Path) -> None:
    table = tmp_path / "train.csv"
    table.write_text("label,p0,p1,p2,p3\n0,1,2,3,4\n")
    write_pictures(tmp_path / "plots")
    assert name_of_reader(tmp_path) == "read_csv_files", "one folder is no two classes"
    write_pictures(tmp_path / "more plots")
    with pytest.raises(DataError) as caught:
        reader_of(tmp_path)
    assert str(caught.value) == (
        f"The folder {tmp_path} must hold one data set; got train.csv beside folders of pictures, more plots and plots."
        " Move one of them elsewhere, or name the file itself."
    )
    table.write_text("picture,label\n1.png,plots\n")
    assert name_of_reader(tmp_path) == "read_image_folders", "a table of names is no table of pixels"


def test_a_folder_that_cannot_be_read_beside_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "train.csv").write_text("label,p0,p1,p2,p3\n0,1,2,3,4\n")
    (tmp_path / "private").mkdir()
    scandir = os.scandir

    def refuse(path: Any) -> Any:  # permissions do not stop the superuser
        if os.path.basename(path) == "private":
            raise PermissionError(errno.EACCES, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert name_of_reader(tmp_path) == "read_csv_files"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(StorageError, match=r"pipe\.csv must be a file or a folder; got a pipe or a device\."):
        reader_of(tmp_path / "pipe.csv")
    with pytest.raises(StorageError, match=r"pipe\.csv must be a file or a folder; got a pipe or a device\."):
        read_any_network(tmp_path / "pipe.csv")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "network.nn",
            b"\x01\x00\x00\x00",
            "{} must be a data set in one file, which ends in .npz or .csv, .csv.gz, .tsv, .tsv.gz, or a folder.",
        ),
        (
            "train-images-idx3-ubyte.gz",
            b"\x1f\x8b",
            "{} is one of the files of an IDX data set, which is named by its folder, {folder}.",
        ),
        (
            "images",
            b"\0\0\x08\x03",
            "{} is one of the files of an IDX data set, which is named by its folder, {folder}.",
        ),
    ],
)
def test_other_files(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        reader_of(path)
    assert str(caught.value) == sentence.format(path, folder=tmp_path)


@pytest.mark.parametrize("inside", [None, "other"])
def test_folder_without_data(tmp_path: Path, inside: str | None) -> None:
    if inside is not None:
        (tmp_path / inside).mkdir()
        (tmp_path / inside / "notes.txt").write_bytes(b"")
    with pytest.raises(DataError, match=r"No data set is in .*: it must hold four IDX files"):
        reader_of(tmp_path)


@pytest.mark.parametrize("name", ["missing", "a" * 5000, "a\0b", "a\udc80"])
def test_what_does_not_exist(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"must be a known name \(mnist, .*\) or a folder or file that exists; got"):
        reader_of(tmp_path / name)


def test_a_link_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.npz").symlink_to(tmp_path / "missing")
    with pytest.raises(StorageError, match=r"Cannot read .*a\.npz: it does not exist\."):
        reader_of(tmp_path / "a.npz")
