"""The published data sets nnapp knows: where they are served, and the checksums they are known by.

All of them use the same four file names, so a data set is recognised by its content and never by
its name. Checksums are of the **uncompressed** files wherever they are known, because a mirror may
compress the same content differently.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nnapp.storage.files import open_for_reading

__all__ = [
    "DATASETS",
    "FASHION_MNIST",
    "FILE_NAMES",
    "KMNIST",
    "MNIST",
    "PublishedDataset",
    "PublishedFile",
    "gzip_md5_of",
    "recognise_dataset",
]

FILE_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
"""Names of the four files of an IDX data set, uncompressed; the order used everywhere in nnapp."""

_N_BYTES = (16 + 60_000 * 28 * 28, 8 + 60_000, 16 + 10_000 * 28 * 28, 8 + 10_000)


@dataclass(frozen=True)
class PublishedFile:
    """One file of a published data set.

    Attributes
    ----------
    name : str
        Its name on the mirrors, ending in ``.gz``.
    n_bytes : int
        Its length uncompressed.
    sha256 : str or None
        SHA-256 of the uncompressed content, 64 hexadecimal digits; None if only the MD5 is published.
    gzip_md5 : str or None
        MD5 of the gzipped file as its authors serve it, used only where `sha256` is None.
    """

    name: str
    n_bytes: int
    sha256: str | None = None
    gzip_md5: str | None = None


@dataclass(frozen=True)
class PublishedDataset:
    """A data set of images and labels that can be downloaded and recognised.

    Attributes
    ----------
    name : str
        As its authors write it.
    folder_name : str
        Name of the folder it is kept in by default.
    mirrors : tuple of str
        Base addresses ending in ``/``, in the order in which to try them.
    files : tuple of PublishedFile
        Training images, training labels, test images, test labels.
    licence : str
        Copyright and terms of use.
    class_names : tuple of str
        One for each label from 0.
    """

    name: str
    folder_name: str
    mirrors: tuple[str, ...]
    files: tuple[PublishedFile, ...]
    licence: str
    class_names: tuple[str, ...]


def _files_by_sha256(*digests: str) -> tuple[PublishedFile, ...]:
    return tuple(
        PublishedFile(f"{name}.gz", n_bytes, sha256=digest)
        for name, n_bytes, digest in zip(FILE_NAMES, _N_BYTES, digests, strict=True)
    )


def _files_by_gzip_md5(*digests: str) -> tuple[PublishedFile, ...]:
    return tuple(
        PublishedFile(f"{name}.gz", n_bytes, gzip_md5=digest)
        for name, n_bytes, digest in zip(FILE_NAMES, _N_BYTES, digests, strict=True)
    )


MNIST = PublishedDataset(
    name="MNIST",
    folder_name="mnist",
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    files=_files_by_sha256(
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
    licence="copyright Yann LeCun and Corinna Cortes, CC BY-SA 3.0",
    class_names=tuple("0123456789"),
)

FASHION_MNIST = PublishedDataset(
    name="Fashion-MNIST",
    folder_name="fashion-mnist",
    mirrors=("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
    files=_files_by_sha256(
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
    licence="copyright Zalando SE, MIT",
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
)

KMNIST = PublishedDataset(
    name="KMNIST",
    folder_name="kmnist",
    mirrors=("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
    files=_files_by_gzip_md5(
        "bdb82020997e1d708af4cf47b453dcf7",
        "e144d726b3acfaa3e44228e80efcd344",
        "5c965bf0a639b31b8f53240b1b52f4d7",
        "7320c461ea6c1c855c0b718fb2a4b134",
    ),
    licence="copyright CODH, CC BY-SA 4.0",
    class_names=tuple("おきすつなはまやれを"),
)

DATASETS = {dataset.folder_name: dataset for dataset in (MNIST, FASHION_MNIST, KMNIST)}
"""Every published data set nnapp knows, by the name of its default folder."""


def recognise_dataset(sha256: Sequence[str], paths: Sequence[Path]) -> PublishedDataset | None:
    """Return the published data set that four files are, or None if they are no published one.

    A set known by the MD5 of its gzipped files alone is recognised only while they are gzipped.

    Parameters
    ----------
    sha256 : sequence of str
        SHA-256 of the uncompressed content of each file, in the order of `FILE_NAMES`.
    paths : sequence of Path
        The files themselves; read only if their checksum must be taken from the gzipped form.

    Raises
    ------
    StorageError
        If a file cannot be read.
    """
    for dataset in DATASETS.values():
        if all(file.sha256 == digest for file, digest in zip(dataset.files, sha256, strict=True)):
            return dataset
    for dataset in DATASETS.values():
        # From the last file, the smallest: another data set is told apart by reading a few kilobytes.
        pairs = zip(reversed(dataset.files), reversed(paths), strict=True)
        if all(file.gzip_md5 is not None and gzip_md5_of(path) == file.gzip_md5 for file, path in pairs):
            return dataset
    return None


def gzip_md5_of(path: Path) -> str:
    """Return the MD5 of a file as it is, to compare with `PublishedFile.gzip_md5`.

    Raises
    ------
    StorageError
        If the file cannot be read.
    """
    digest = hashlib.md5(usedforsecurity=False)
    with open_for_reading(path) as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
