"""Small published data sets with known checksums, and the files that make them."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from nnapp.storage.published_datasets import FILE_NAMES, MNIST, PublishedDataset

__all__ = ["CONTENTS", "EXPECTED", "FIRST", "SENT", "published_at", "small_set"]

# Uncompressed IDX files of one dimension, large enough to arrive in several pieces: random bytes do not shrink.
CONTENTS = [
    bytes.fromhex("00000801") + n_bytes.to_bytes(4, "big") + np.random.default_rng(n_bytes).bytes(n_bytes)
    for n_bytes in (200_000, 90, 1_000, 80)
]
SENT = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in zip(FILE_NAMES, CONTENTS, strict=True)}
EXPECTED = {f"{name}.gz": content for name, content in zip(FILE_NAMES, CONTENTS, strict=True)}
FIRST = f"{FILE_NAMES[0]}.gz"


def published_at(*addresses: str, like: PublishedDataset = MNIST) -> PublishedDataset:
    """Return a small data set that is served at these addresses and known as `like` is, by its checksums."""
    return small_set(CONTENTS, SENT, addresses, like)


def small_set(
    contents: Sequence[bytes], sent: Mapping[str, bytes], addresses: Sequence[str], like: PublishedDataset = MNIST
) -> PublishedDataset:
    """Return a data set of four uncompressed files, which are sent gzipped, with the name and checksums of `like`."""
    files = tuple(
        dataclasses.replace(
            file,
            n_bytes=len(content),
            gzip_bytes=len(sent[file.name]),
            sha256=None if file.sha256 is None else hashlib.sha256(content).hexdigest(),
            gzip_sha256=None if file.gzip_sha256 is None else hashlib.sha256(sent[file.name]).hexdigest(),
        )
        for file, content in zip(like.files, contents, strict=True)
    )
    return dataclasses.replace(like, files=files, mirrors=tuple(addresses))
