"""Which learning curves of a search are shown, and where their names stand."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.display.search_curves import MOST_CURVES, chosen_curves, spread_labels
from nnapp.display.search_entry import EntryRun, SearchEntry

NAN = float("nan")


def entry(number: int, *curves: tuple[float, ...], losses: tuple[float, ...] = ()) -> SearchEntry:
    runs = tuple(EntryRun(place, min(curve), 1.0, curve, losses) for place, curve in enumerate(curves))
    return SearchEntry(number, {}, min(map(min, curves), default=None), runs=runs)


def test_mean_goes_as_far_as_all_repeats() -> None:
    (curve,) = chosen_curves([entry(1, (0.4, 0.2, 0.1), (0.2, 0.1))], [1], "error")

    np.testing.assert_allclose(curve.mean, [0.3, 0.15])
    assert [len(repeat) for repeat in curve.repeats] == [3, 2]


def test_chosen_ones_in_their_order_and_the_best_without_a_choice() -> None:
    entries = [entry(number, (1 / number, 1 / number)) for number in range(1, 9)]

    assert [curve.number for curve in chosen_curves(entries, [2, 7], "error")] == [2, 7]
    assert [curve.number for curve in chosen_curves(entries, [], "error")] == [8, 7, 6, 5, 4]


def test_what_has_no_curve_is_left_out() -> None:
    entries = [entry(1), entry(2, (0.5, NAN), (NAN, 0.5)), entry(3, (0.5,))]

    assert [curve.number for curve in chosen_curves(entries, [1, 2, 3, 99], "error")] == [3]
    assert [curve.number for curve in chosen_curves(entries, [1], "error")] == [3], "the best, as there is none chosen"
    assert chosen_curves([entry(1, (0.5,), losses=(NAN,))], [1], "loss") == []


def test_there_are_only_so_many() -> None:
    entries = [entry(number, (0.5,)) for number in range(1, 30)]

    assert len(chosen_curves(entries, range(1, 30), "error")) == MOST_CURVES


@pytest.mark.parametrize(
    ("wanted", "placed"),
    [
        ([50.0], [50]),
        ([20.0, 80.0], [20, 80]),
        ([50.0, 52.0], [50, 60]),  # the second one line lower
        ([52.0, 50.0], [60, 50]),
        ([99.0, 98.0], [95, 85]),  # half a line above the lower end, and one more
        ([0.0], [5]),
    ],
)
def test_names_do_not_cover_each_other(wanted: list[float], placed: list[float]) -> None:
    assert spread_labels(wanted, 10, 0, 100) == placed
