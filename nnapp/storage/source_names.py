"""The names of data sets that need no path: ``mnist``, ``synthetic``, ``mine`` and their like.

A name is taken before a file or folder of the same name, which is then written ``./mnist``.
"""

from __future__ import annotations

from dataclasses import dataclass

from nnapp.engine.setting import Setting
from nnapp.errors import DataError, SettingError
from nnapp.storage.published_datasets import DATASETS

__all__ = ["CSV_ENDINGS", "KNOWN_NAMES", "MINE", "SOURCE_HELP", "SYNTHETIC", "SYNTHETIC_SETTINGS", "SyntheticChoice"]

CSV_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
"""What the names of tables end in."""

MINE = "mine"
"""The person's own digits, collected in the testing window."""

SYNTHETIC = "synthetic"
"""Digits drawn by nnapp."""

KNOWN_NAMES = (*DATASETS, SYNTHETIC, MINE)
"""All names; `SYNTHETIC` may be followed by a number of images and a seed, as in ``synthetic:5000:1``."""

SOURCE_HELP = (
    f"a name ({', '.join(DATASETS)}; {SYNTHETIC}, {SYNTHETIC}:N or {SYNTHETIC}:N:SEED for N training digits drawn by "
    f"nnapp; {MINE} for your own digits) or a path: a folder of IDX files, a folder with a sub-folder of images for "
    "each class, CSV files or an .npz file"
)
"""What a source may be, for people."""

SYNTHETIC_SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            name="n_images",
            label="Number of synthetic digits",
            kind="integer",
            help="Training images to draw; a sixth as many are drawn to test with, as in MNIST.",
            low=100,
            high=1_000_000,
            unit="images",
        ),
        Setting(
            name="seed",
            label="Seed of synthetic digits",
            kind="integer",
            help="The number all chance of the drawing comes from. The same number gives the same digits.",
            low=0,
            high=2**32 - 1,
        ),
    )
}
"""The numbers of a `SyntheticChoice` with their limits, by name."""


@dataclass(frozen=True)
class SyntheticChoice:
    """Which synthetic digits.

    Attributes
    ----------
    n_images : int
        Training images.
    seed : int

    Raises
    ------
    SettingError
        On creation, if a number is outside its limits.
    """

    n_images: int = 12_000
    seed: int = 0

    def __post_init__(self) -> None:
        for name, setting in SYNTHETIC_SETTINGS.items():
            setting.check(getattr(self, name))

    @property
    def source(self) -> str:
        """The full name, ``synthetic:12000:0``."""
        return f"{SYNTHETIC}:{self.n_images}:{self.seed}"

    @property
    def n_test_images(self) -> int:
        """Images to test with: a sixth, as in MNIST, and never more than MNIST's 10,000."""
        return min(-(-self.n_images // 6), 10_000)

    @classmethod
    def parse(cls, source: str) -> SyntheticChoice | None:
        """Return what ``synthetic[:N[:SEED]]`` says, None if `source` begins otherwise.

        Raises
        ------
        DataError
            If a number is none, or outside its limits.
        """
        head, *texts = source.split(":")
        if head.lower() != SYNTHETIC:
            return None
        if len(texts) > len(SYNTHETIC_SETTINGS):
            raise DataError(f"Synthetic digits must be written {SYNTHETIC}:N:SEED at the longest; got {source}.")
        pairs = zip(SYNTHETIC_SETTINGS.values(), texts, strict=False)
        try:
            return cls(**{setting.name: setting.parse(text) for setting, text in pairs})
        except SettingError as error:
            raise DataError(str(error)) from error
