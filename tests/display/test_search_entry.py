"""Configurations of a search as rows of a table."""

from __future__ import annotations

from nnapp.display.search_entry import EntryRun, SearchEntry, cells, headings, sorted_entries

NAMES = ("hidden", "l2")
RUNS = (EntryRun(1, 0.02, 0.2, (0.03, 0.02), (0.3, 0.2)), EntryRun(2, 0.02, 0.1, (0.02,), (0.1,)))
BEST = SearchEntry(
    3, {"hidden": (64, 32), "l2": 0.0}, 0.02, 0.001, 0.15, 0.07, 2, 61.0, 12_345, "done", RUNS, is_best=True
)
WAITING = SearchEntry(4, {"hidden": (), "l2": 0.001})


def test_cells_stand_under_their_headings() -> None:
    row = dict(zip(headings(NAMES).values(), cells(BEST, NAMES), strict=True))

    assert row == {
        "no.": "★ 3",
        "hidden layers": "64, 32",
        "L2": "off",
        "error": "2.00 ± 0.10 %",
        "loss": "0.1500 ± 0.0700",
        "epochs": "2",
        "time": "1:01",
        "parameters": "12,345",
        "state": "done",
    }
    assert cells(WAITING, NAMES) == ("4", "none", "0.001", "–", "–", "–", "waiting", "–", "–")


def test_the_best_repeat_has_the_lowest_error_then_loss() -> None:
    assert BEST.best_run is RUNS[1]
    assert WAITING.best_run is None


def entry(number: int, error: float | None, loss: float | None = None, **others: object) -> SearchEntry:
    runs = () if error is None else RUNS[:1]
    return SearchEntry(number, {"l2": -float(number)}, error, None, loss, None, runs=runs, **others)  # type: ignore[arg-type] # of the tests below


def numbers(entries: list[SearchEntry], column: str, is_descending: bool = False) -> list[int]:
    return [found.number for found in sorted_entries(entries, column, is_descending=is_descending)]


def test_unknown_scores_stay_at_the_end_in_either_direction() -> None:
    entries = [entry(1, None), entry(2, 0.3, 1.0), entry(3, 0.1, 2.0), entry(4, float("nan"))]

    assert numbers(entries, "error") == [3, 2, 1, 4]
    assert numbers(entries, "error", True) == [2, 3, 1, 4]
    assert numbers(entries, "loss") == [2, 3, 1, 4]


def test_equal_errors_are_told_apart_by_the_loss_and_the_number() -> None:
    assert numbers([entry(1, 0.1, 0.5), entry(2, 0.1, 0.4), entry(3, 0.1, 0.4)], "error") == [2, 3, 1]


def test_other_columns() -> None:
    entries = [
        entry(1, 0.1, n_epochs=3, seconds=1.0, n_parameters=50, state="done"),
        entry(2, 0.1, n_epochs=1, seconds=2.0, n_parameters=40, state="1 of 3 epochs"),
        entry(3, None),
    ]

    assert numbers(entries, "number", True) == [3, 2, 1]
    assert numbers(entries, "l2") == [3, 2, 1]
    assert numbers(entries, "epochs") == [2, 1, 3]
    assert numbers(entries, "time") == [1, 2, 3]
    assert numbers(entries, "parameters", True) == [1, 2, 3]
    assert numbers(entries, "state") == [2, 1, 3]
