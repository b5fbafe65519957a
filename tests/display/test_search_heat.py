"""The heat map of a search: what is in which cell, and what is said about it."""

from __future__ import annotations

import numpy as np

from nnapp.display.search_entry import SearchEntry
from nnapp.display.search_heat import cell_writers, fold_sentence, score_text, search_heat

AXES = {"l2": (0.0, 0.1), "dropout": (0.0, 0.2, 0.4), "optimizer": ("sgd", "adam")}


def entry(number: int, l2: float, dropout: float, optimizer: str, error: float | None) -> SearchEntry:
    return SearchEntry(number, {"l2": l2, "dropout": dropout, "optimizer": optimizer}, error, loss=error)


ENTRIES = [
    entry(1, 0.0, 0.0, "sgd", 0.3),
    entry(2, 0.0, 0.0, "adam", 0.1),
    entry(3, 0.1, 0.4, "sgd", 0.2),
    entry(4, 0.1, 0.2, "sgd", None),
]


def test_rows_rise_as_on_an_axis() -> None:
    heat = search_heat(ENTRIES, AXES, "l2", "dropout", "error", "mean")

    assert (heat.column_texts, heat.row_texts) == (("off", "0.1"), ("0.4", "0.2", "off"))
    np.testing.assert_allclose(heat.grid.scores, [[np.nan, 0.2], [np.nan, np.nan], [0.2, np.nan]])
    assert heat.numbers == {(2, 0): (1, 2), (0, 1): (3,), (1, 1): (4,)}


def test_cells_in_words() -> None:
    heat = search_heat(ENTRIES, AXES, "l2", "dropout", "error", "best")

    def sentence(row: int, column: int) -> str:
        return heat.cell_sentence(row, column, "best")

    assert sentence(2, 0) == "L2 regularisation off, dropout off\nvalidation error 10.00 %, best of 2 configurations"
    assert sentence(0, 1) == "L2 regularisation 0.1, dropout 0.4\nvalidation error 20.00 %"
    assert sentence(1, 1) == "L2 regularisation 0.1, dropout 0.2: no result of 1 configuration yet"
    assert sentence(0, 0) == "L2 regularisation off, dropout 0.4: not in this search"


def test_one_parameter_alone() -> None:
    heat = search_heat(ENTRIES, AXES, "optimizer", "", "loss", "best")

    np.testing.assert_allclose(heat.grid.scores, [[0.2, 0.1]])
    assert heat.row_texts == ("",)
    assert heat.cell_sentence(0, 1, "best") == "Optimizer adam\nvalidation loss 0.1000"


def test_scores_get_shorter() -> None:
    assert [write(0.01234) for write in cell_writers("error")] == ["1.23 %", "1.2 %", "1.2"]
    assert [write(0.01234) for write in cell_writers("loss")] == ["0.0123", "0.0123", "0.012"]
    assert (score_text(0.01234, "error"), score_text(0.01234, "loss")) == ("1.23 %", "0.0123")


def test_what_is_folded_is_said() -> None:
    assert fold_sentence([], "mean") == ""
    assert fold_sentence(["l2"], "mean") == "Each cell shows the mean over all values of L2 regularisation."
    expected = "Each cell shows the best of all values of dropout, momentum and optimizer."
    assert fold_sentence(["dropout", "momentum", "optimizer"], "best") == expected
