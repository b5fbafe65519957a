"""The table of published data sets agrees with what their authors publish."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pytest

from nnapp.storage import published_datasets
from nnapp.storage.published_datasets import DATASETS, FILE_NAMES, KMNIST, MNIST, recognise_dataset

UNKNOWN = ["0" * 64] * 4


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=lambda dataset: dataset.name)
def test_every_entry_is_complete(dataset: published_datasets.PublishedDataset) -> None:
    assert [file.name for file in dataset.files] == [f"{name}.gz" for name in FILE_NAMES]
    # 60,000 and 10,000 images of 28 × 28 bytes after 16 bytes of header; labels after 8.
    assert [file.n_bytes for file in dataset.files] == [47_040_016, 60_008, 7_840_016, 10_008]
    assert len(set(dataset.class_names)) == 10
    assert dataset.licence
    assert all(mirror.startswith("http") and mirror.endswith("/") for mirror in dataset.mirrors)
    for file in dataset.files:
        digest = file.sha256 or file.gzip_sha256
        assert digest is not None
        assert len(bytes.fromhex(digest)) == 256 // 8


def test_no_two_data_sets_share_a_file() -> None:
    digests = [file.sha256 or file.gzip_sha256 for dataset in DATASETS.values() for file in dataset.files]
    assert len(set(digests)) == len(digests) == 12


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_recognised_by_the_content(name: str) -> None:
    digests = [file.sha256 or "" for file in DATASETS[name].files]
    assert recognise_dataset(digests, []) is DATASETS[name]


def test_one_wrong_checksum_is_another_data_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    digests = [file.sha256 or "" for file in MNIST.files]
    assert recognise_dataset([*digests[:3], "0" * 64], [tmp_path / "file"] * 4) is None


def test_recognised_by_the_gzipped_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / name for name in FILE_NAMES]
    files = []
    for path, file in zip(paths, KMNIST.files, strict=True):
        path.write_bytes(b"content of " + path.name.encode())
        files.append(dataclasses.replace(file, gzip_sha256=hashlib.sha256(path.read_bytes()).hexdigest()))
    small = dataclasses.replace(KMNIST, files=tuple(files))
    monkeypatch.setitem(DATASETS, "kmnist", small)
    assert recognise_dataset(UNKNOWN, paths) is small
    paths[0].write_bytes(b"something else")
    assert recognise_dataset(UNKNOWN, paths) is None
