"""The published data sets nnapp knows: where they are served, and the checksums they are known by.

All of them use the same four file names, so a data set is recognised by its content and never by its name.
Checksums are SHA-256 of the **uncompressed** files, because a mirror may compress the same content differently.
Those of KMNIST are published of its gzipped files alone (in the url_checksums of TensorFlow Datasets); it has a
single mirror, so that is no loss for a download, but KMNIST that was unpacked cannot be recognised.
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
    "gzip_sha256_of",
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
    gzip_bytes : int
        Its length gzipped, on the first mirror. An estimate: another may compress differently.
    sha256 : str or None
        SHA-256 of the uncompressed content, 64 hexadecimal digits; None if only `gzip_sha256` is known.
    gzip_sha256 : str or None
        SHA-256 of the gzipped file as its authors serve it, used only where `sha256` is None.
    """

    name: str
    n_bytes: int
    gzip_bytes: int
    sha256: str | None = None
    gzip_sha256: str | None = None


@dataclass(frozen=True)
class PublishedDataset:
    """A data set of images and labels that can be downloaded and recognised.

    Attributes
    ----------
    name : str
        As its authors write it.
    folder_name : str
        Name of the folder it is kept in, and of the data set on a command line.
    mirrors : tuple of str
        Base addresses ending in ``/``, in the order in which to try them.
    files : tuple of PublishedFile
        Training images, training labels, test images, test labels.
    licence : str
        Copyright and terms of use.
    home_page : str
        Where a person reads what the images are and who made them.
    class_names : tuple of str
        One for each label from 0.
    """

    name: str
    folder_name: str
    mirrors: tuple[str, ...]
    files: tuple[PublishedFile, ...]
    licence: str
    home_page: str
    class_names: tuple[str, ...]


def _files(
    gzip_bytes: Sequence[int],
    *,
    sha256: Sequence[str | None] = (None,) * 4,
    gzip_sha256: Sequence[str | None] = (None,) * 4,
) -> tuple[PublishedFile, ...]:
    return tuple(
        PublishedFile(f"{name}.gz", n_bytes, size, digest, gzip_digest)
        for name, n_bytes, size, digest, gzip_digest in zip(
            FILE_NAMES, _N_BYTES, gzip_bytes, sha256, gzip_sha256, strict=True
        )
    )


MNIST = PublishedDataset(
    name="MNIST",
    folder_name="mnist",
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    files=_files(
        (9_912_422, 28_881, 1_648_877, 4_542),
        sha256=(
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    licence="copyright Yann LeCun and Corinna Cortes, CC BY-SA 3.0",
    home_page="https://en.wikipedia.org/wiki/MNIST_database",
    class_names=tuple("0123456789"),
)

FASHION_MNIST = PublishedDataset(
    name="Fashion-MNIST",
    folder_name="fashion-mnist",
    mirrors=("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
    files=_files(
        (26_421_880, 29_515, 4_422_102, 5_148),
        sha256=(
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
    licence="copyright Zalando SE, MIT",
    home_page="https://github.com/zalandoresearch/fashion-mnist",
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
    files=_files(
        (18_165_135, 29_497, 3_041_136, 5_120),
        gzip_sha256=(
            "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
        ),
    ),
    licence="copyright CODH, CC BY-SA 4.0",
    home_page="http://codh.rois.ac.jp/kmnist/",
    class_names=tuple("おきすつなはまやれを"),
)

DATASETS = {dataset.folder_name: dataset for dataset in (MNIST, FASHION_MNIST, KMNIST)}
"""Every published data set nnapp knows, by the name of its default folder."""


def recognise_dataset(sha256: Sequence[str], paths: Sequence[Path]) -> PublishedDataset | None:
    """Return the published data set that four files are, or None if they are no published one.

    A set known by its gzipped files alone is recognised only while they are gzipped.

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
        if all(file.gzip_sha256 is not None and gzip_sha256_of(path) == file.gzip_sha256 for file, path in pairs):
            return dataset
    return None


def gzip_sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as it is, to compare with `PublishedFile.gzip_sha256`.

    Raises
    ------
    StorageError
        If the file cannot be read.
    """
    digest = hashlib.sha256()
    with open_for_reading(path) as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
