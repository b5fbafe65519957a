"""Small published data sets with known checksums, and the files that make them."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib

import numpy as np

from nnapp.storage.published_datasets import FILE_NAMES, MNIST, PublishedDataset

__all__ = ["CONTENTS", "EXPECTED", "FIRST", "SENT", "published_at"]

# Uncompressed IDX files of one dimension, large enough to arrive in several pieces: random bytes do not shrink.
CONTENTS = [
    bytes.fromhex("00000801") + n_bytes.to_bytes(4, "big") + np.random.default_rng(n_bytes).bytes(n_bytes)
    for n_bytes in (200_000, 90, 1_000, 80)
]
SENT = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in zip(FILE_NAMES, CONTENTS, strict=True)}
EXPECTED = {f"{name}.gz": content for name, content in zip(FILE_NAMES, CONTENTS, strict=True)}
FIRST = f"{FILE_NAMES[0]}.gz"


def published_at(*addresses: str) -> PublishedDataset:
    """Return a small data set called MNIST that is served at these addresses."""
    files = tuple(
        dataclasses.replace(
            file,
            n_bytes=len(content),
            gzip_bytes=len(SENT[file.name]),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for file, content in zip(MNIST.files, CONTENTS, strict=True)
    )
    return dataclasses.replace(MNIST, files=files, mirrors=addresses)
