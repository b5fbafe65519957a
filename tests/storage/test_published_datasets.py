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


def section_of(dataset: published_datasets.PublishedDataset) -> str:
    """Return what data/README.md says of a data set."""
    is_unpacked = all(file.sha256 for file in dataset.files)
    form = "uncompressed" if is_unpacked else "gzipped"
    lines = [
        f"## {dataset.name}",
        "",
        f"`data/{dataset.folder_name}/`, by `nnapp data download {dataset.folder_name}` · {dataset.licence} ·",
        f"<{dataset.home_page}>",
        "",
        f"| file | bytes | SHA-256 of the {form} file |",
        "|---|---:|---|",
    ]
    for file in dataset.files:
        name, n_bytes = (file.name.removesuffix(".gz"), file.n_bytes) if is_unpacked else (file.name, file.gzip_bytes)
        lines.append(f"| `{name}` | {n_bytes:,} | `{file.sha256 or file.gzip_sha256}` |")
    return "\n".join([*lines, "", "From:", "", *(f"- <{mirror}>" for mirror in dataset.mirrors)])


def test_the_readme_says_what_the_table_does() -> None:
    text = (Path(__file__).parents[2] / "data" / "README.md").read_text("utf-8")
    introduction, *sections = text.rstrip("\n").split("\n\n## ")
    assert [f"## {section}" for section in sections] == [section_of(dataset) for dataset in DATASETS.values()]
    for dataset in DATASETS.values():
        assert f"data/{dataset.folder_name}/" in introduction


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_compressed_sizes_are_those_of_the_mirrors(name: str) -> None:
    # As published with the sets (url_checksums of TensorFlow Datasets).
    published = {
        "mnist": [9_912_422, 28_881, 1_648_877, 4_542],
        "fashion-mnist": [26_421_880, 29_515, 4_422_102, 5_148],
    }
    assert [file.gzip_bytes for file in DATASETS[name].files] == published[name]


def test_kmnist_is_what_tensorflow_datasets_publishes() -> None:
    published = [
        (18_165_135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
        (29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
        (3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
        (5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
    ]
    assert [(file.gzip_bytes, file.gzip_sha256) for file in KMNIST.files] == published


def test_nothing_that_is_downloaded_is_committed() -> None:
    lines = (Path(__file__).parents[2] / ".gitignore").read_text("utf-8").splitlines()
    assert lines.index("/data/*") < lines.index("!/data/README.md")
