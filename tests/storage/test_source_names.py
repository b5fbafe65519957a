"""Names of synthetic digits: short and in full."""

from __future__ import annotations

import pytest

from nnapp.errors import DataError
from nnapp.storage.source_names import KNOWN_NAMES, SOURCE_HELP, SyntheticChoice


@pytest.mark.parametrize(
    ("source", "choice", "full"),
    [
        ("synthetic", SyntheticChoice(12_000, 0), "synthetic:12000:0"),
        ("Synthetic", SyntheticChoice(12_000, 0), "synthetic:12000:0"),
        ("synthetic:500", SyntheticChoice(500, 0), "synthetic:500:0"),
        ("synthetic:60,000:7", SyntheticChoice(60_000, 7), "synthetic:60000:7"),
    ],
)
def test_short_and_full_names(source: str, choice: SyntheticChoice, full: str) -> None:
    assert SyntheticChoice.parse(source) == choice
    assert choice.source == full
    assert SyntheticChoice.parse(full) == choice


@pytest.mark.parametrize("source", ["", "mnist", "./synthetic", "C:synthetic", "synthetics", "synthetic/500"])
def test_other_sources(source: str) -> None:
    assert SyntheticChoice.parse(source) is None


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            "synthetic:99",
            "Number of synthetic digits must be a whole number at least 100 and at most 1,000,000; got 99.",
        ),
        (
            "synthetic:many",
            "Number of synthetic digits must be a whole number at least 100 and at most 1,000,000; got 'many'.",
        ),
        (
            "synthetic:500:-1",
            "Seed of synthetic digits must be a whole number at least 0 and at most 4,294,967,295; got -1.",
        ),
        (
            "synthetic:500:1:2",
            "Synthetic digits must be written synthetic:N:SEED at the longest; got synthetic:500:1:2.",
        ),
    ],
)
def test_numbers_that_are_none(source: str, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        SyntheticChoice.parse(source)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("n_images", "n_test"), [(100, 17), (12_000, 2000), (60_000, 10_000), (1_000_000, 10_000)])
def test_a_sixth_is_drawn_to_test_with(n_images: int, n_test: int) -> None:
    assert SyntheticChoice(n_images).n_test_images == n_test


def test_help_says_every_name() -> None:
    assert all(name in SOURCE_HELP for name in KNOWN_NAMES)
