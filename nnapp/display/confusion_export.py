"""A confusion matrix for a report: as a picture of high resolution and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

from PIL import Image, ImageDraw

from nnapp.display.confusion_labels import TextMark, cell_marks, edge_marks, summary_line
from nnapp.display.confusion_layout import LINE_HEIGHT, arrange
from nnapp.display.confusion_picture import cell_colors, confusion_picture
from nnapp.display.palettes import Palette
from nnapp.display.picture_font import text_width, write_text
from nnapp.display.text_fitting import elide
from nnapp.engine.evaluation import ConfusionMatrix, Evaluation

__all__ = ["confusion_csv", "confusion_page"]

_PAGE_WIDTH_PX = 2000
_TEXT_PX = 40
_ANCHORS: dict[str, Literal["lm", "mm", "rm"]] = {"w": "lm", "center": "mm", "e": "rm"}


def confusion_csv(confusion: ConfusionMatrix, class_names: Sequence[str]) -> str:
    """Return the counts as comma-separated values: a header, then one row per actual class (RFC 4180)."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["actual \\ predicted", *class_names])
    for name, row in zip(class_names, confusion.counts.tolist(), strict=True):
        writer.writerow([name, *row])
    return table.getvalue()


def confusion_page(
    evaluation: Evaluation, class_names: Sequence[str], title: str, palette: Palette, *, by_row: bool = False
) -> Image.Image:
    """Return a confusion matrix with its title, accuracy and loss, 2000 pixels wide.

    Parameters
    ----------
    evaluation : Evaluation
    class_names : sequence of str
        One per class.
    title : str
        Written over it.
    palette : Palette
    by_row : bool
        Write each cell's per cent of its row in place of its count.

    Raises
    ------
    StorageError
        If the machine has no font.
    """
    margin = round(LINE_HEIGHT * _TEXT_PX)
    matrix = _matrix(evaluation.confusion, class_names, _PAGE_WIDTH_PX - 2 * margin, palette, by_row=by_row)
    page = Image.new("RGB", (matrix.width + 2 * margin, matrix.height + 4 * margin), palette.canvas)
    page.paste(matrix, (margin, 2 * margin))
    below = f"{summary_line(evaluation)}, {evaluation.n_images:,} images" + (", per cent of each row" if by_row else "")
    for text, y in ((title, margin), (below, page.height - margin)):
        fitting = elide(text, matrix.width, _TEXT_PX, text_width)
        _write(page, [TextMark(fitting, page.width / 2, y, _TEXT_PX, palette.text)])
    return page


def _matrix(
    confusion: ConfusionMatrix, class_names: Sequence[str], width: int, palette: Palette, *, by_row: bool
) -> Image.Image:
    """Return the cells and what is written beside them, cut to fit."""
    # There is height enough that the width decides how large the cells are.
    layout = arrange(width, 2 * width, class_names, _TEXT_PX, text_width)
    colors = cell_colors(confusion.counts, palette)
    cells = confusion_picture(colors, layout.cell, palette.grid)
    left, top, right, bottom = layout.bounds
    picture = Image.new("RGB", (right, bottom), palette.canvas)
    picture.paste(Image.fromarray(cells), (layout.left, layout.top))
    _write(picture, edge_marks(layout, confusion, palette))
    _write(picture, cell_marks(layout, confusion.counts, colors, text_width, by_row=by_row))
    return picture.crop((left, top, right, bottom))


def _write(picture: Image.Image, marks: Iterable[TextMark]) -> None:
    """Draw texts into a picture."""
    draw = ImageDraw.Draw(picture)
    for mark in marks:
        if not mark.is_upright:
            write_text(draw, mark.x, mark.y, mark.text, mark.size_px, mark.color, _ANCHORS[mark.anchor])
            continue
        width, height = round(text_width(mark.text, mark.size_px)) + 2, round(LINE_HEIGHT * mark.size_px)
        mask = Image.new("L", (width, height))
        write_text(ImageDraw.Draw(mask), width / 2, height / 2, mark.text, mark.size_px, 255, "mm")
        beginning = {"center": width / 2, "e": 0, "w": width}[mark.anchor]
        corner = (round(mark.x - height / 2), round(mark.y - beginning))
        picture.paste(mark.color, corner, mask.transpose(Image.Transpose.ROTATE_90))
