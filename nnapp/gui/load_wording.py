"""Shows nothing itself: how far a load or download has come, and what a data set is, in words."""

from __future__ import annotations

from pathlib import Path

from nnapp.display.wording import file_size, time_left
from nnapp.storage.dataset import Dataset
from nnapp.storage.load_progress import LoadProgress
from nnapp.storage.published_datasets import PublishedDataset

__all__ = ["download_question", "progress_sentence", "summary"]


def progress_sentence(progress: LoadProgress) -> str:
    """Return "Downloading MNIST: 3.1 MB of 11 MB, 1.2 MB/s, 0:07 left", as much of it as is known."""
    words = [progress.what]
    if progress.done or progress.total:
        total = f" of {_amount(progress.total, progress.unit)}" if progress.total else ""
        words = [f"{progress.what}: {_amount(progress.done, progress.unit)}{total}"]
    if progress.rate_per_s is not None:
        words.append(f"{_amount(round(progress.rate_per_s), progress.unit)}/s")
    left = time_left(progress.left_s)
    return ", ".join([*words, left] if left else words)


def summary(dataset: Dataset) -> str:
    """Return "MNIST, 60,000 + 10,000", or "shapes.npz, 192 + 48" for a file, which a folder shapes may lie beside."""
    place = Path(dataset.location)
    name = place.name if place.stem == dataset.name else dataset.name
    return f"{name}, {len(dataset.training_labels):,} + {len(dataset.test_labels):,}"


def download_question(published: PublishedDataset, folder: str) -> str:
    """Return what a person should know before a published data set is downloaded."""
    n_bytes = sum(file.gzip_bytes for file in published.files)
    return f"{file_size(n_bytes)} come from its public mirrors and go to {folder}. Licence: {published.licence}."


def _amount(number: int, unit: str) -> str:
    return file_size(number) if unit == "bytes" else f"{number:,} {unit}"
