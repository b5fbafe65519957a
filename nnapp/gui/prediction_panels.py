"""Shows predictions: the image, label and answer, how probable each class is, and how sure the last answers were."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from nnapp.display.confusion_labels import format_percent
from nnapp.display.palettes import Palette, rgb
from nnapp.engine.arrays import FloatArray
from nnapp.gui.activity_panel import ActivityPanel, Box
from nnapp.gui.bar_columns import column_at
from nnapp.gui.bar_rows import BarRow, draw_bar_rows
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.style import Style

__all__ = ["N_LAST", "Answer", "ConfidencePanel", "InputPanel", "ProbabilityPanel"]

N_LAST = 50
"""How many of the last answers are shown."""

_EMPTY = "Draw a digit or choose an image."
_FONT = "nnapp-small"
_WIDEST_PERCENT = "99.9 %"
_LEAST_ROWS = 10
"""So many classes are always shown, be there room for their names or not."""
_LEVELS = (0.5, 0.9)


@dataclass(frozen=True)
class Answer:
    """What a network said about one image.

    Attributes
    ----------
    name : str
        Of the class.
    probability : float
        Of the class, 0…1.
    label_name : str or None
        Of the right class, None if it is not known.
    is_right : bool or None
        None if it is not known.
    """

    name: str
    probability: float
    label_name: str | None = None
    is_right: bool | None = None

    @property
    def confidence(self) -> str:
        """The probability as it is written."""
        return f"{format_percent(self.probability)} %"

    def color(self, palette: Palette) -> str:
        """Return the colour of shapes that stand for it."""
        if self.is_right is None:
            return palette.accent
        return palette.positive if self.is_right else palette.negative


class InputPanel(ActivityPanel):
    """The image as the network sees it, and under it the label and the answer. Tk thread only."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        self._image: FloatArray | None = None
        self._answer: Answer | None = None
        super().__init__(parent, style, "input, answer and label", _EMPTY)
        self._picture = CanvasPicture(self)

    def show_image(self, image: FloatArray | None, answer: Answer | None) -> None:
        """Show an image (height, width) of values 0…1 and what the network said; or nothing."""
        self._image, self._answer = image, answer
        self.request()

    def draw_content(self, box: Box) -> bool:
        if self._image is None or self._answer is None:
            self._picture.hide()
            return False
        palette, line_px = self.style.palette, self.items.line_px(_FONT)
        left, top, right, bottom = box
        height, width = self._image.shape
        room = min((right - left) / width, (bottom - top - 2 * line_px - self.style.px(1)) / height)
        zoom = max(int(room), 1) if room >= 1 else room
        size = max(int(width * zoom), 1), max(int(height * zoom), 1)
        self._picture.show_image(_ink_picture(self._image, palette).resize(size, Image.Resampling.NEAREST), left, top)
        y = top + size[1] + self.style.px(1)
        answer = self._answer
        text = self._around("answer ", answer.name, f", {answer.confidence}", right - left)
        self.items.text("answer", left, y, text, fill=palette.text, font=_FONT)
        if answer.label_name is not None:
            verdict = " ✓ right" if answer.is_right else " ✗ wrong"
            text = self._around("label ", answer.label_name, verdict, right - left)
            color = palette.success if answer.is_right else palette.error
            self.items.text("label", left, y + line_px, text, fill=color, font=_FONT)
        return True

    def tip_at(self, x: int, y: int) -> str | None:
        answer = self._answer
        if answer is None or "…" not in self.items.read_text("answer") + self.items.read_text("label"):
            return None
        return "\n".join(filter(None, (f"answer {answer.name}", answer.label_name and f"label {answer.label_name}")))

    def _around(self, before: str, name: str, after: str, width: int) -> str:
        """Return a text of which only the name is shortened."""
        room = width - self.items.measure(before + after, _FONT)
        return before + self.items.elided(name, room, _FONT) + after


class ProbabilityPanel(ActivityPanel):
    """A bar for the probability of each class. Tk thread only."""

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        self._probabilities: FloatArray | None = None
        self._class_names: tuple[str, ...] = ()
        self._answer: Answer | None = None
        super().__init__(parent, style, "output probabilities", _EMPTY)

    def show_probabilities(
        self, probabilities: FloatArray | None, class_names: Sequence[str], answer: Answer | None
    ) -> None:
        """Show probabilities (n_classes,), or nothing."""
        self._probabilities, self._class_names, self._answer = probabilities, tuple(class_names), answer
        self.request()

    def draw_content(self, box: Box) -> bool:
        answer = self._answer
        if self._probabilities is None or answer is None:
            return False
        palette = self.style.palette
        labels = np.arange(len(self._class_names))
        n_rows = max((box[3] - box[1]) // self.items.line_px(_FONT), _LEAST_ROWS)
        if len(labels) > n_rows:  # all would be lines without names; the most probable ones have all the rest too
            labels = np.sort(np.argsort(-self._probabilities, kind="stable")[:n_rows])
        rows = []
        for label in labels:
            name, share = self._class_names[label], float(self._probabilities[label])
            color = answer.color(palette) if name == answer.name else palette.field_border
            is_strong = name in (answer.name, answer.label_name)
            rows.append(BarRow(name, f"{format_percent(share)} %", 0, share, color, is_strong))
        draw_bar_rows(self.items, box, rows, palette, gap=self.style.px(1.5), widest_number=_WIDEST_PERCENT)
        return True


class ConfidencePanel(ActivityPanel):
    """A bar for the confidence of each of the last answers, the newest at the right. Tk thread only.

    Wrong answers have a mark under their bar.
    """

    def __init__(self, parent: tk.Misc, style: Style) -> None:
        self._answers: tuple[Answer, ...] = ()
        self._box: Box = (0, 0, 0, 0)
        super().__init__(parent, style, f"confidence, last {N_LAST} (▪ wrong)", "No answer yet.")

    def show_answers(self, answers: Sequence[Answer]) -> None:
        """Show at most `N_LAST` answers, the oldest first."""
        self._answers = tuple(answers)
        self.request()

    def draw_content(self, box: Box) -> bool:
        if not self._answers:
            return False
        palette, items, gap = self.style.palette, self.items, self.style.px(1)
        left, top, right, bottom = box
        right -= items.measure("90 %", _FONT) + gap
        top += items.line_px(_FONT) // 2
        bottom -= 2 * gap
        self._box = (left, top, right, bottom)
        bar_px = max((right - left) / N_LAST, 1)
        for age, answer in enumerate(reversed(self._answers)):
            bar_left, next_left = round(right - (age + 1) * bar_px), round(right - age * bar_px)
            bar_right = max(next_left - 1, bar_left + 1)
            height = max(round(answer.probability * (bottom - top)), 1)
            items.box(f"bar {age}", (bar_left, bottom - height, bar_right, bottom), fill=answer.color(palette))
            if answer.is_right is False:
                items.box(f"wrong {age}", (bar_left, bottom + gap // 2, bar_right, bottom + 2 * gap), fill=palette.text)
        for level in _LEVELS:
            y = bottom - round(level * (bottom - top))
            items.line(f"level {level}", (left, y, right, y), fill=palette.muted_text, dash="2 3")
            text = f"{100 * level:.0f} %"
            items.text(f"level name {level}", right + gap, y, text, fill=palette.muted_text, font=_FONT, anchor="w")
        items.line("zero", (left, bottom - 1, right, bottom - 1), fill=palette.field_border)
        return True

    def tip_at(self, x: int, y: int) -> str | None:
        left, _, right, _ = self._box
        column = column_at(x, left, right, N_LAST) if right > left else None
        age = N_LAST if column is None else N_LAST - 1 - column
        if age >= len(self._answers):
            return None
        answer = self._answers[-1 - age]
        when = "the newest" if age == 0 else f"{age} before"
        verdict = "" if answer.is_right is None else ", right" if answer.is_right else f", wrong: {answer.label_name}"
        return f"{when}: {answer.name} with {answer.confidence}{verdict}"


def _ink_picture(image: FloatArray, palette: Palette) -> Image.Image:
    """Return an image in the colours of ink and paper."""
    paper, ink = np.array(rgb(palette.canvas)), np.array(rgb(palette.text))
    shares = np.clip(image, 0, 1)[..., np.newaxis]
    return Image.fromarray(np.rint(paper + shares * (ink - paper)).astype(np.uint8))
