"""Everything written in and around a network diagram, as a list of named texts with their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nnapp.display.activation_scale import ActivationScale
from nnapp.display.network_layout import Column, NetworkLayout
from nnapp.display.network_scene import Answer, Scene, Selection
from nnapp.display.neuron_wording import signed
from nnapp.display.palettes import Palette
from nnapp.display.shown_neurons import ShownNeurons
from nnapp.display.text_fitting import TextMeasure, elide

__all__ = ["Label", "diagram_labels"]

_ARROWS = {(True, -1): "▲", (True, 1): "▼", (False, -1): "◀", (False, 1): "▶"}


@dataclass(frozen=True)
class Label:
    """A text and where it is written.

    Attributes
    ----------
    name : str
        What the text is; no two of a diagram have the same.
    text : str
    x, y : int
        Where its `anchor` is, in pixels; the middle of the line in height.
    color : str
        ``"#rrggbb"``.
    anchor : {"center", "e", "w"}
        The middle, the end or the beginning of the text.
    is_bold, is_boxed : bool
        Whether the letters are bold, and whether the background is cleared behind them.
    """

    name: str
    text: str
    x: int
    y: int
    color: str
    anchor: Literal["center", "e", "w"] = "center"
    is_bold: bool = False
    is_boxed: bool = False


def diagram_labels(
    layout: NetworkLayout,
    shown: ShownNeurons,
    scales: Mapping[int, ActivationScale],
    scene: Scene,
    legend: Sequence[str],
    bias: float | None,
    palette: Palette,
    measure: TextMeasure,
) -> Iterator[Label]:
    """Yield everything that is written.

    Parameters
    ----------
    scales : mapping of int to ActivationScale
        Of every layer that is drawn.
    legend : sequence of str
        Ways to say what is seen, the longest first; the first that fits is written.
    bias : float or None
        Written beside the selected neuron where there is room.
    """
    for column in layout.columns:
        color = palette.text if scene.selection and scene.selection.layer == column.layer else palette.muted_text
        yield Label(f"caption {column.layer}", column.caption, column.x, layout.caption_y, color)
        if column.layer in scene.levels:
            yield from _scale_ends(layout, column, scales[column.layer], palette, measure)
        if column.is_paged:
            yield _page(layout, column, shown, palette, measure)
    yield from _arrows(layout, shown, palette)
    yield from _outputs(layout, scene, palette)
    if bias is not None and scene.selection is not None:
        yield from _bias(layout, scene.selection, bias, palette, measure)
    yield _legend(layout, legend, palette, measure)


def _legend(layout: NetworkLayout, legend: Sequence[str], palette: Palette, measure: TextMeasure) -> Label:
    margin = layout.height - layout.legend_y - layout.line_px // 2
    room = layout.width - 2 * margin
    text = next((text for text in legend if measure(text, layout.text_px) <= room), legend[-1])
    text = elide(text, room, layout.text_px, measure)
    return Label("legend", text, margin, layout.legend_y, palette.muted_text, "w")


def _scale_ends(
    layout: NetworkLayout, column: Column, scale: ActivationScale, palette: Palette, measure: TextMeasure
) -> Iterator[Label]:
    low, high = scale.words
    color = palette.muted_text
    if layout.scale_px == 0:
        room = layout.columns[1].x - layout.columns[0].x - layout.text_px // 3
        text = next((text for text in (f"{low}…{high}", high) if measure(text, layout.text_px) <= room), "")
        yield Label(f"scale {column.layer}", text, column.x, layout.scale_y, color)
        return
    apart = layout.scale_px // 2 + layout.text_px // 3
    yield Label(f"black {column.layer}", low, column.x - apart, layout.scale_y, color, "e")
    yield Label(f"white {column.layer}", high, column.x + apart, layout.scale_y, color, "w")


def _page(layout: NetworkLayout, column: Column, shown: ShownNeurons, palette: Palette, measure: TextMeasure) -> Label:
    neurons = shown.neurons(column.layer)
    if shown.page(column.layer) == 0:
        n_more = column.n_neurons - column.n_slots
        choices = [f"{n_more:,} more", f"+{n_more:,}"]
    else:
        choices = [f"{neurons[0] + 1:,}–{neurons[-1] + 1:,}", f"{neurons[0] + 1:,}–"]
    text = next((text for text in choices if measure(text, layout.text_px) <= layout.page_width), choices[-1])
    return Label(f"page {column.layer}", text, column.x, layout.page_y, palette.muted_text)


def _arrows(layout: NetworkLayout, shown: ShownNeurons, palette: Palette) -> Iterator[Label]:
    """Yield the arrows that have somewhere to go."""
    for button in layout.buttons:
        left, top, right, bottom = button.box
        if button.layer is None or shown.can_turn(button.layer, button.step):
            name = f"arrow {'layers' if button.layer is None else button.layer} {button.step}"
            text = _ARROWS[button.layer is not None, button.step]
            yield Label(name, text, (left + right) // 2, (top + bottom) // 2, palette.accent)


def _outputs(layout: NetworkLayout, scene: Scene, palette: Palette) -> Iterator[Label]:
    places, column, answer = layout.outputs, layout.columns[-1], scene.answer
    if places is None:
        return
    for slot, (neuron, y) in enumerate(zip(scene.output_neurons, column.ys, strict=True)):
        is_answer = answer is not None and neuron == answer.predicted
        name, color = places.names[neuron], palette.text
        yield Label(f"name {slot}", name, places.name_x, y, color, "w", is_answer)
        if answer is None:
            continue
        number = f"{answer.probabilities[neuron]:.2f}"
        color = palette.text if is_answer else palette.muted_text
        yield Label(f"number {slot}", number, places.number_x, y, color, "e", is_answer)
        mark, color = _mark(answer, int(neuron), palette)
        if mark:
            yield Label(f"mark {slot}", mark, places.mark_x, y, color, "w", True)


def _mark(answer: Answer, neuron: int, palette: Palette) -> tuple[str, str]:
    """Return "✓" for the right class and "✗" for a wrong answer, with the colour."""
    if neuron == answer.label:
        return "✓", palette.success
    return ("✗", palette.error) if answer.label is not None and neuron == answer.predicted else ("", "")


def _bias(
    layout: NetworkLayout, selection: Selection, bias: float, palette: Palette, measure: TextMeasure
) -> Iterator[Label]:
    """Yield the bias beside the selected neuron, to the left where names stand on the right, if there is room."""
    column = layout.columns[selection.layer - layout.first_layer]
    is_left = selection.layer == layout.n_layers - 1
    other = layout.column_of(selection.layer + (-1 if is_left else 1))
    gap = column.diameter // 2 + layout.text_px
    room = layout.width if other is None else abs(other.x - column.x) - gap - other.diameter // 2 - layout.text_px // 2
    for text in (f"bias {signed(bias)}", signed(bias)):
        if measure(text, layout.text_px) <= room:
            x = column.x - gap if is_left else column.x + gap
            anchor: Literal["e", "w"] = "e" if is_left else "w"
            yield Label("bias", text, x, column.ys[selection.slot], palette.text, anchor, is_boxed=True)
            return
