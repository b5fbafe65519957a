"""Everything written in and around a confusion matrix, as a list of texts with their places.

A canvas and a picture file draw the same list, so both show the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnapp.display.confusion_layout import LINE_HEIGHT, SMALLEST_TEXT_PX, ConfusionLayout
from nnapp.display.confusion_picture import row_shares, text_colors
from nnapp.display.palettes import Palette
from nnapp.display.text_fitting import TextMeasure
from nnapp.engine.evaluation import ConfusionMatrix, Evaluation

__all__ = ["TextMark", "cell_marks", "edge_marks", "format_percent", "summary_line"]

_LARGEST_GROWTH = 1.8
"""Numbers in very large cells grow to this many times the window's font, and no further."""

_CELL_PADDING_PX = 4


@dataclass(frozen=True)
class TextMark:
    """A text and where it is written.

    Attributes
    ----------
    text : str
    x, y : float
        Where its `anchor` is, in pixels.
    size_px : int
        Size of the font.
    color : str
        ``"#rrggbb"``.
    anchor : {"center", "e", "w"}
        The middle, the end or the beginning of the text.
    is_upright : bool
        Whether it runs from bottom to top.
    name : str
        "row 3" for the name of that class beside its row, "column 3" for the one above its column; else "".
    """

    text: str
    x: float
    y: float
    size_px: int
    color: str
    anchor: Literal["center", "e", "w"] = "center"
    is_upright: bool = False
    name: str = ""


def format_percent(share: float, decimals: int = 1) -> str:
    """Return a share as a number of per cent, which is "100" and "0" only for exactly all and nothing.

    "–" stands for NaN, the share of nothing.
    """
    if isnan(share):
        return "–"
    if share in (0, 1):
        return f"{100 * share:.0f}"
    smallest = 10.0**-decimals
    if 100 * share < smallest / 2:
        return f"<{smallest:g}"
    return f"{min(max(100 * share, smallest), 100 - smallest):.{decimals}f}"


def summary_line(evaluation: Evaluation) -> str:
    """Return "accuracy 97.84 %, loss 0.0712"."""
    return f"accuracy {format_percent(evaluation.accuracy, 2)} %, loss {evaluation.loss:.4g}"


def cell_marks(
    layout: ConfusionLayout,
    counts: NDArray[np.int64],
    colors: NDArray[np.uint8],
    measure: TextMeasure,
    *,
    by_row: bool,
) -> list[TextMark]:
    """Return the numbers in the cells that hold images; none at all if one of them would not fit.

    Parameters
    ----------
    layout : ConfusionLayout
    counts : array (n_classes, n_classes)
        Rows actual, columns predicted.
    colors : array (n_classes, n_classes, 3)
        What the numbers are written on.
    measure : TextMeasure
    by_row : bool
        Write each cell's per cent of its row in place of its count.
    """
    cells = [(int(actual), int(predicted)) for actual, predicted in np.argwhere(counts)]
    texts, size_px = _fitting_texts(_cell_texts(counts, cells, by_row), layout, measure)
    ink = text_colors(colors)
    marks = []
    for (actual, predicted), text in zip(cells, texts, strict=False):
        left, top, right, bottom = layout.cell_box(actual, predicted)
        marks.append(TextMark(text, (left + right) / 2, (top + bottom) / 2, size_px, str(ink[actual, predicted])))
    return marks


def edge_marks(layout: ConfusionLayout, confusion: ConfusionMatrix, palette: Palette) -> list[TextMark]:
    """Return the titles of the axes, the names of the classes, and recall and precision."""
    return [*_titles(layout, palette), *_names(layout, palette), *_shares(layout, confusion, palette)]


def _cell_texts(counts: NDArray[np.int64], cells: Sequence[tuple[int, int]], by_row: bool) -> Iterator[list[str]]:
    """Yield the texts of all cells, from the most exact to the shortest way to write them."""
    if not by_row:
        yield [str(counts[cell]) for cell in cells]
        return
    shares = row_shares(counts)
    for decimals in (1, 0):
        yield [format_percent(float(shares[cell]), decimals) for cell in cells]


def _fitting_texts(
    choices: Iterator[list[str]], layout: ConfusionLayout, measure: TextMeasure
) -> tuple[list[str], int]:
    """Return the first texts that fit into the cells, and the largest font in which they do; none if none do."""
    room = layout.cell - _CELL_PADDING_PX
    highest_px = min(round(_LARGEST_GROWTH * layout.text_px), int(layout.cell * 0.5))
    for texts in choices:
        widest = max((measure(text, layout.text_px) for text in set(texts)), default=1.0)
        size_px = min(highest_px, int(room * layout.text_px / widest))
        if size_px >= SMALLEST_TEXT_PX:
            return texts, size_px
    return [], SMALLEST_TEXT_PX


def _titles(layout: ConfusionLayout, palette: Palette) -> Iterator[TextMark]:
    left, top, right, bottom = layout.bounds
    half_line = LINE_HEIGHT * layout.text_px / 2
    middle_x, middle_y = layout.left + layout.size / 2, layout.top + layout.size / 2
    size_px, color = layout.text_px, palette.muted_text
    yield TextMark("predicted", middle_x, top + half_line, size_px, color)
    yield TextMark("actual", left + half_line, middle_y, size_px, color, is_upright=True)
    if layout.shows_shares:
        yield TextMark("precision, %", middle_x, bottom - half_line, size_px, color)
        yield TextMark("recall, %", right - half_line, middle_y, size_px, color, is_upright=True)


def _names(layout: ConfusionLayout, palette: Palette) -> Iterator[TextMark]:
    gap = layout.text_px / 3
    beside, above = layout.left - gap, layout.top - gap
    if not layout.names_upright:
        above -= LINE_HEIGHT * layout.label_px / 2 - gap / 2
    size_px, color = layout.label_px, palette.text
    anchor: Literal["center", "w"] = "w" if layout.names_upright else "center"
    for label in range(0, layout.n_classes, layout.name_step):
        middle = (label + 0.5) * layout.cell
        row_name, column_name = layout.row_names[label], layout.column_names[label]
        yield TextMark(row_name, beside, layout.top + middle, size_px, color, "e", name=f"row {label}")
        place = (column_name, layout.left + middle, above, size_px, color, anchor, layout.names_upright)
        yield TextMark(*place, name=f"column {label}")


def _shares(layout: ConfusionLayout, confusion: ConfusionMatrix, palette: Palette) -> Iterator[TextMark]:
    if not layout.shows_shares:
        return
    gap = layout.text_px / 3
    end = layout.left + layout.size + layout.right_margin - LINE_HEIGHT * layout.text_px - gap
    below = layout.top + layout.size + gap
    anchor: Literal["center", "e"] = "e" if layout.shares_upright else "center"
    if not layout.shares_upright:
        below += LINE_HEIGHT * layout.label_px / 2 - gap / 2
    size_px, color = layout.label_px, palette.text
    for label, (recall, precision) in enumerate(zip(confusion.recall, confusion.precision, strict=True)):
        middle = (label + 0.5) * layout.cell
        yield TextMark(format_percent(float(recall)), end, layout.top + middle, size_px, color, "e")
        place = (format_percent(float(precision)), layout.left + middle, below, size_px, color, anchor)
        yield TextMark(*place, is_upright=layout.shares_upright)
