"""Shows the answer of a network: the class in large, whether it is right, how sure it is, and what else it might be."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from tkinter import font as tkfont
from tkinter import ttk

import numpy as np
from numpy.typing import NDArray

from nnapp.display.confusion_labels import format_percent
from nnapp.display.text_fitting import break_name
from nnapp.engine.arrays import FloatArray
from nnapp.gui.bar_rows import BarRow, draw_bar_rows
from nnapp.gui.canvas_items import CanvasItems, Font
from nnapp.gui.style import Style
from nnapp.gui.tested_ensemble import MemberAnswer
from nnapp.gui.tooltip import Tooltip

__all__ = ["AnswerView"]

_EMPTY = "Draw a digit or choose a test image, and the network’s answer appears here."
_NO_NUMBER = "The outputs of this network are no finite numbers for this image, so it has no answer."
_N_ROWS = 4
_LARGEST_PART = 0.4
"""Of the height, for the class."""

_LARGEST_CLASS_UNITS = 40
_SMALLEST_LINE_UNITS = 5
"""A name that would be smaller than this in one line is broken into several."""

_SMALLEST_CLASS_UNITS = 3
_MOST_LINES = {"class": 4, "verdict": 3}
_LINE_HEIGHT = 1.2
_TOOLTIP_DELAY_MS = 200
_ROW_HEIGHT = 1.35
_WIDEST_PERCENT = "99.9 %"


class AnswerView(ttk.Frame):
    """The answer of a network for one image. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        super().__init__(parent)
        self._style = style
        self._probabilities: FloatArray | None = None
        self._class_names: tuple[str, ...] = ()
        self._label: int | None = None
        self._label_name = ""
        self._answer: int | None = None
        self._members: tuple[MemberAnswer, ...] = ()
        self._members_top = 0
        self._sentence = _EMPTY
        self._canvas = tk.Canvas(self, width=style.px(44), height=style.px(60), takefocus=False)
        self._canvas.pack(fill="both", expand=True)
        self._items = CanvasItems(self._canvas)
        self._rows: tuple[BarRow, ...] = ()
        self._rows_box = (0, 0, 0, 0)
        self._name, self._verdict_words = "", ""
        Tooltip(self._canvas, style, self._tip, delay_ms=_TOOLTIP_DELAY_MS)
        self._canvas.bind("<Configure>", lambda event: self._draw())
        style.on_change(self, self._on_style_change)
        self._on_style_change()

    def show_answer(
        self,
        probabilities: FloatArray,
        class_names: Sequence[str],
        label: int | None,
        answer: int | None = None,
        label_name: str = "",
        members: Sequence[MemberAnswer] = (),
    ) -> None:
        """Show an answer.

        Parameters
        ----------
        probabilities : array (n_classes,)
            Of one image, see `Network.predict_proba`; kept, so it must not change any more.
        class_names : sequence of str
        label : int or None
            The right class, if it is known.
        answer : int, optional
            The class with the largest output. By default the most probable one, which differs only where all
            outputs are negative and no class is more probable than another.
        label_name : str
            What the right class is called; by default as in `class_names`, where it is one of them.
        members : sequence of MemberAnswer
            What each network answers, if the answer is that of several together.
        """
        self._answer, self._members = answer, tuple(members)
        self._class_names, self._label = tuple(class_names), label
        self._label_name = label_name or self._name_of(label)
        if np.isfinite(probabilities).all():
            self._probabilities = probabilities
        else:
            self._probabilities, self._sentence = None, _NO_NUMBER
        self._draw()

    def show_empty(self, sentence: str = _EMPTY) -> None:
        """Show no answer, but a sentence that says why there is none."""
        self._probabilities, self._sentence = None, sentence
        self._draw()

    def read_answer(self) -> str:
        """Return the class that is shown, "" for none."""
        return self._name if self._items.read_text("class") else ""

    def read_verdict(self) -> str:
        """Return what is said about the answer: "✓ right", "✗ wrong, it is 4", "" if the right class is not known."""
        return self._items.read_text("verdict").replace("\n", " ")

    def read_confidence(self) -> str:
        """Return the probability that is shown, "98.1 %"."""
        return self._items.read_text("confidence")

    def read_sentence(self) -> str:
        """Return the sentence that is shown in place of an answer, "" if there is an answer."""
        return self._items.read_text("sentence")

    def read_color(self) -> str:
        """Return the colour of the class."""
        return self._items.read_fill("class")

    def read_rows(self) -> list[tuple[str, str]]:
        """Return the most probable classes with their probabilities, as written."""
        rows = [
            (self._items.read_text(f"name {row}"), self._items.read_text(f"number {row}")) for row in range(_N_ROWS)
        ]
        return [row for row in rows if row[0]]

    def read_members(self) -> list[tuple[str, str]]:
        """Return what the networks of an ensemble answer, "7: a.nn" with "98.1 %", as written."""
        rows = [
            (self._items.read_text(f"member name {place}"), self._items.read_text(f"member number {place}"))
            for place in range(len(self._members))
        ]
        return [row for row in rows if row[0]]

    def _on_style_change(self) -> None:
        self._canvas.configure(background=self._style.palette.background, highlightthickness=0)
        self._family = str(tkfont.nametofont("nnapp-body", self).actual("family"))
        self._items.forget_fonts()
        self._draw()

    def _draw(self) -> None:
        width, height = self._canvas.winfo_width(), self._canvas.winfo_height()
        if width <= 1 or height <= 1:  # not on the screen yet
            return
        with self._items.drawing():
            if self._probabilities is None:
                self._items.text(
                    "sentence",
                    width // 2,
                    height // 2,
                    self._sentence,
                    fill=self._style.palette.muted_text,
                    anchor="center",
                    width=max(width - self._style.px(6), 1),
                )
            else:
                self._draw_answer(self._probabilities, width, height)

    def _draw_answer(self, probabilities: FloatArray, width: int, height: int) -> None:
        items, gap, line_px = self._items, self._style.px(2), self._items.line_px("nnapp-heading")
        order = np.argsort(-probabilities, kind="stable")[:_N_ROWS]
        answer = int(order[0]) if self._answer is None else self._answer
        self._name = self._class_names[answer]
        color, verdict = self._verdict(answer)
        self._verdict_words = verdict
        size, lines = self._class_lines(self._name, width - 2 * gap, height)
        middle, name_px = width // 2, round(_LINE_HEIGHT * size * len(lines))
        font = (self._family, -size, "bold")
        items.text("class", middle, gap + name_px // 2, "\n".join(lines), fill=color, font=font, anchor="center")
        y = gap + name_px + gap // 2
        lines = self._lines("verdict", verdict, width - gap, "nnapp-bold")
        if verdict:
            items.text("verdict", middle, y, "\n".join(lines), fill=color, font="nnapp-bold", anchor="n")
        y += line_px * len(lines) + gap // 2
        confidence = f"{format_percent(float(probabilities[answer]))} %"
        items.text("confidence", middle, y, confidence, fill=self._style.palette.text, font="nnapp-heading", anchor="n")
        top, bottom = y + line_px + 2 * gap, height - gap
        self._members_top = bottom - self._members_px(bottom - top)
        if self._members_top < bottom:
            self._draw_members((gap, self._members_top, width - gap, bottom))
        self._draw_rows(probabilities, order, (gap, top, width - gap, self._members_top))

    @property
    def _row_px(self) -> int:
        return round(_ROW_HEIGHT * self._items.line_px("nnapp-small"))

    def _members_px(self, height: int) -> int:
        """Return how much of a height the answers of the members take: what they need, but no more than leaves two
        classes their room."""
        n_rows = min(len(self._members), height // self._row_px - 2)
        return n_rows * self._row_px if n_rows > 0 else 0

    def _draw_members(self, box: tuple[int, int, int, int]) -> None:
        """Draw what each network answers, as many as there is room for; the others are in the tooltip."""
        left, top, right, bottom = box
        n_rows = (bottom - top) // self._row_px
        rows = [
            BarRow(
                f"{self._class_names[member.digit]}: {member.name}",  # so that a long name leaves the answer
                f"{format_percent(member.probability)} %",
                0,
                member.probability,
                self._style.palette.muted_text,
            )
            for member in self._members[:n_rows]
        ]
        self._items.line("members", (left, top, right, top), fill=self._style.palette.field_border)
        draw_bar_rows(
            self._items,
            box,
            rows,
            self._style.palette,
            gap=self._style.px(2),
            widest_number=_WIDEST_PERCENT,
            prefix="member ",
        )

    def _draw_rows(self, probabilities: FloatArray, order: NDArray[np.int64], box: tuple[int, int, int, int]) -> None:
        """Draw the most probable classes with a bar for each, as many as there is room for."""
        left, top, right, bottom = box
        row_px = self._row_px
        order = order[: max((bottom - top) // row_px, 0)]
        rows = [
            BarRow(
                self._class_names[label],
                f"{format_percent(float(probabilities[label]))} %",
                0,
                float(probabilities[label]),
                self._style.palette.accent,
                is_strong=place == 0,
            )
            for place, label in enumerate(order)
        ]
        box = (left, top, right, top + row_px * len(rows))
        self._rows, self._rows_box = tuple(rows), box
        draw_bar_rows(self._items, box, rows, self._style.palette, gap=self._style.px(2), widest_number=_WIDEST_PERCENT)

    def _verdict(self, answer: int) -> tuple[str, str]:
        """Return the colour of the answer and what is said about it."""
        palette = self._style.palette
        if self._label is None:
            return palette.text, ""
        if self._label == answer:
            return palette.success, "✓ right"
        return palette.error, f"✗ wrong, it is {self._label_name}"

    def _name_of(self, label: int | None) -> str:
        # The data set may have classes that the network does not know.
        is_known = label is not None and label < len(self._class_names)
        return self._class_names[label] if label is not None and is_known else str(label)

    def _class_lines(self, name: str, width: int, height: int) -> tuple[int, list[str]]:
        """Return the size in pixels of the font in which the class is as large as it may be, and its lines."""
        highest = round(_LARGEST_PART * height)
        largest = min(round(highest / _LINE_HEIGHT), self._style.px(_LARGEST_CLASS_UNITS))
        at_100_px = self._items.measure(name, (self._family, -100, "bold"))
        size = min(largest, round(100 * width / max(at_100_px, 1)))
        broken_px, smallest_px = (self._style.px(units) for units in (_SMALLEST_LINE_UNITS, _SMALLEST_CLASS_UNITS))
        if size >= min(broken_px, largest):
            return max(size, 1), [name]
        for size in range(min(broken_px, largest), min(smallest_px, largest) - 1, -1):
            lines = self._lines("class", name, width, (self._family, -size, "bold"))
            if not lines[-1].endswith("…") and _LINE_HEIGHT * size * len(lines) <= highest:
                return size, lines
        size = max(min(smallest_px, largest), 1)
        n_lines = max(round(highest / (_LINE_HEIGHT * size)), 1)
        return size, self._lines("class", name, width, (self._family, -size, "bold"), n_lines)

    def _lines(self, item: str, text: str, width: int, font: Font, n_lines: int | None = None) -> list[str]:
        """Return a text in lines, the last one shortened if they are too many."""
        most = min(_MOST_LINES[item], n_lines or _MOST_LINES[item])
        return break_name(text, width, 0, lambda part, _: self._items.measure(part, font), most)

    def _tip(self, _x: int, y: int) -> str | None:
        """Return in full what is shortened at a height."""
        if self._probabilities is None or not self._rows:
            return None
        if self._members and y >= self._members_top:
            return "\n".join(
                f"{member.name}: {self._class_names[member.digit]}, {format_percent(member.probability)} %"
                for member in self._members
            )
        _, top, _, bottom = self._rows_box
        if top <= y < bottom:
            place = int((y - top) * len(self._rows) / (bottom - top))
            row = self._rows[place]
            is_short = self._items.read_text(f"name {place}") != row.name
            return f"{row.name}: {row.number}" if is_short else None
        is_short = y < top and "…" in self._items.read_text("class") + self._items.read_text("verdict")
        return f"{self._name}\n{self._verdict_words}".rstrip() if is_short else None
