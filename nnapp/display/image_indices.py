"""The indices of the images in a cell of a confusion matrix, written for a tooltip and for the clipboard."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

from nnapp.display.confusion_labels import format_percent
from nnapp.display.wording import counted
from nnapp.engine.arrays import IntArray
from nnapp.engine.evaluation import ConfusionMatrix

__all__ = [
    "TOOLTIP_COLUMNS",
    "cell_headline",
    "cell_tooltip",
    "class_tooltip",
    "clipboard_text",
    "count_images",
    "wrapped_indices",
]

TOOLTIP_COLUMNS = 56
"""Longest line of a tooltip, in characters."""

_MOST_SHOWN = 80
"""A tooltip shows this many indices of a cell, which is eight lines or less."""


def count_images(n_images: int) -> str:
    """Return "no images", "1 image" or "1,234 images"."""
    return counted(n_images, "image") if n_images else "no images"


def cell_headline(confusion: ConfusionMatrix, class_names: Sequence[str], actual: int, predicted: int) -> str:
    """Return "4 taken for 9: 12 images", on the diagonal "4 recognised: 958 images"."""
    what = "recognised" if actual == predicted else f"taken for {class_names[predicted]}"
    return f"{class_names[actual]} {what}: {count_images(int(confusion.counts[actual, predicted]))}"


def cell_tooltip(
    confusion: ConfusionMatrix,
    class_names: Sequence[str],
    actual: int,
    predicted: int,
    image_numbers: IntArray | None = None,
) -> str:
    """Return what a tooltip says about a cell: how many images, what share, and which.

    Parameters
    ----------
    confusion : ConfusionMatrix
    class_names : sequence of str
        One per class.
    actual, predicted : int
        The cell.
    image_numbers : array (n_images,), optional
        What to call the images, if not by their places 0, 1, 2, … in the evaluation.

    Returns
    -------
    str
        Several lines of at most `TOOLTIP_COLUMNS` characters, names of classes aside.
    """
    indices = confusion.indices(actual, predicted)
    n_actual = int(confusion.counts[actual].sum())
    second_line = f"actual {class_names[actual]}, predicted {class_names[predicted]}"
    if len(indices):
        share = format_percent(len(indices) / n_actual)
        second_line += f" · {share} % of the {count_images(n_actual)} of {class_names[actual]}"
    lines = [cell_headline(confusion, class_names, actual, predicted), second_line]
    if len(indices):
        lines.append(wrapped_indices(indices if image_numbers is None else image_numbers[indices]))
    return "\n".join(lines)


def class_tooltip(confusion: ConfusionMatrix, class_names: Sequence[str], label: int, *, is_row: bool) -> str:
    """Return what a tooltip says at the edge of a row (recall) or of a column (precision), formula and all."""
    n_right = int(confusion.counts[label, label])
    name = class_names[label]
    if is_row:
        n_images, share, term = int(confusion.counts[label].sum()), float(confusion.recall[label]), "recall"
        sentence = f"{count_images(n_images)} of {name}, {n_right:,} of them recognised"
    else:
        n_images, share, term = int(confusion.counts[:, label].sum()), float(confusion.precision[label]), "precision"
        sentence = f"{count_images(n_images)} taken for {name}, {n_right:,} of them rightly"
    if n_images == 0:
        return f"{sentence.partition(',')[0]}, so {term} is not defined"
    return f"{sentence}\n{term} {n_right:,} ÷ {n_images:,} = {format_percent(share)} %"


def wrapped_indices(indices: IntArray, most_shown: int = _MOST_SHOWN, columns: int = TOOLTIP_COLUMNS) -> str:
    """Return "115, 247, 448, …" in lines; a long list ends with "… and 893 more".

    Parameters
    ----------
    indices : array (n,)
    most_shown : int
        No more than this many are written.
    columns : int
        Longest line, in characters.
    """
    text = ", ".join(str(index) for index in np.asarray(indices[:most_shown]).tolist())
    if len(indices) > most_shown:
        # Unbreakable spaces keep the ending together when the lines are broken.
        text += f", …\N{NO-BREAK SPACE}and\N{NO-BREAK SPACE}{len(indices) - most_shown:,}\N{NO-BREAK SPACE}more"
    return "\n".join(textwrap.wrap(text, columns)).replace("\N{NO-BREAK SPACE}", " ")


def clipboard_text(indices: IntArray) -> str:
    """Return all indices on one line, "115, 247, 448": what a spreadsheet, a list in Python and a person can read."""
    return ", ".join(str(index) for index in np.asarray(indices).tolist())
