"""Lays a network diagram out in a space: how many neurons of each layer fit, where they are, and what is beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from nnapp.display.confusion_layout import LINE_HEIGHT
from nnapp.display.network_layout import Box, Column, NetworkLayout, OutputPlaces, PageButton
from nnapp.display.neuron_wording import layer_name
from nnapp.display.text_fitting import TextMeasure, fit_names

__all__ = ["arrange_network"]

# In units, of which one is 4 pixels at a scale of 100 %.
_MARGIN = 2
_LEAST_GAP = 8  # between the centres of two columns
_LEAST_PITCH = 2.5  # between the centres of two circles, if that shows all neurons of a layer
_PAGED_PITCH = 4  # and if not all can be shown anyhow
_LARGEST_PITCH = 10
_DIAMETERS = (1.75, 5.5)
_DIAMETER_TO_PITCH = 0.8
_DIAMETER_TO_GAP = 0.5
_BARS = (7, 26)
_ARROW = 3.75
_SCALE = 6
_TEXT_GAP = 1.5
_NAME_GAP = 2  # for the outline around the neuron
_BOLD_TO_NORMAL = 1.15
_LARGEST_PART_FOR_BARS = 0.12
_LARGEST_PART_FOR_NAMES = 0.2


@dataclass(frozen=True)
class _Space:
    """What everything is measured by."""

    width: int
    height: int
    layer_sizes: tuple[int, ...]
    text_px: int
    unit_px: float
    measure: TextMeasure

    @property
    def line_px(self) -> int:
        return ceil(LINE_HEIGHT * self.text_px)

    def px(self, units: float) -> int:
        return round(units * self.unit_px)

    def text_width(self, text: str) -> int:
        return ceil(self.measure(text, self.text_px))


@dataclass(frozen=True)
class _Across:
    """Where the columns are, and how much is written with them.

    `has_words` tells captions with words from bare sizes, `is_level` arrows beside the text between them from
    arrows under it.
    """

    xs: tuple[int, ...]
    captions: tuple[str, ...]
    has_words: bool
    is_level: bool
    page_width: int


@dataclass(frozen=True)
class _Down:
    """The height that is left for circles, and how many neurons of each layer get one."""

    top: int
    bottom: int
    n_slots: tuple[int, ...]


def arrange_network(
    width: int,
    height: int,
    layer_sizes: Sequence[int],
    class_names: Sequence[str],
    text_px: int,
    unit_px: float,
    measure: TextMeasure,
    first_layer: int = 0,
) -> NetworkLayout:
    """Lay a network out in a space; one that is too small is overflowed to the right and below.

    Parameters
    ----------
    width, height : int
        The space in pixels.
    layer_sizes : sequence of int
        Inputs first, at least two.
    class_names : sequence of str
        One per output.
    text_px : int
        Size of the font.
    unit_px : float
        The unit of spacing in pixels, 4 at a scale of 100 %.
    measure : TextMeasure
    first_layer : int
        The leftmost layer, if not all have room beside each other; as far right as there are layers.
    """
    space = _Space(width, height, tuple(layer_sizes), text_px, unit_px, measure)
    names, outputs_px = _names_and_width(space, class_names)
    n_layers = len(space.layer_sizes)
    n_columns = min(n_layers, max(2, 1 + (width - outputs_px - space.px(4 * _MARGIN)) // space.px(_LEAST_GAP)))
    first = min(max(first_layer, 0), n_layers - n_columns)
    layers = range(first, first + n_columns)
    has_outputs = layers[-1] == n_layers - 1
    down = _place_down(space, layers, n_page_lines=0)
    is_paged = any(n < space.layer_sizes[layer] for n, layer in zip(down.n_slots, layers, strict=True))
    across = _place_across(space, layers, outputs_px if has_outputs else 0, is_paged=is_paged)
    if is_paged:
        down = _place_down(space, layers, n_page_lines=1 if across.is_level else 2)
    columns = tuple(
        _column(space, down, across.xs[1] - across.xs[0], *place)
        for place in zip(layers, down.n_slots, across.xs, across.captions, strict=True)
    )
    outputs = _place_outputs(space, columns[-1], names) if has_outputs else None
    return _layout(space, columns, outputs, across, down)


def _layout(
    space: _Space, columns: tuple[Column, ...], outputs: OutputPlaces | None, across: _Across, down: _Down
) -> NetworkLayout:
    """Put the lines of text and the arrows around the columns."""
    page_y = down.bottom + space.line_px // 2
    scale_y = space.px(_MARGIN) + space.line_px * 3 // 2
    middle_y = (down.top + down.bottom) // 2
    return NetworkLayout(
        width=space.width,
        height=space.height,
        n_layers=len(space.layer_sizes),
        columns=columns,
        picture_box=_picture_box(space, columns, outputs, scale_y - space.line_px // 2, down.bottom),
        text_px=space.text_px,
        line_px=space.line_px,
        caption_y=scale_y - space.line_px,
        scale_y=scale_y,
        page_y=page_y,
        legend_y=max(space.height, down.bottom) - space.px(_MARGIN) - space.line_px // 2,
        scale_px=space.px(_SCALE) if across.has_words else 0,
        page_width=across.page_width,
        outputs=outputs,
        buttons=(*_page_buttons(space, columns, page_y, across), *_layer_buttons(space, columns, middle_y)),
    )


def _picture_box(space: _Space, columns: Sequence[Column], outputs: OutputPlaces | None, top: int, bottom: int) -> Box:
    """Return a box around all circles, with room for the rings around selected ones, and around the bars."""
    margin, largest = space.px(_MARGIN), space.px(_DIAMETERS[1])
    right = outputs.bar_right if outputs else columns[-1].x + largest
    return max(columns[0].x - largest, 0), top, right + margin, bottom + margin


def _names_and_width(space: _Space, class_names: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Return the names as they fit, and the width from the centre of the outputs to the right edge."""
    longest = _LARGEST_PART_FOR_NAMES * space.width
    names = fit_names(class_names, longest, space.text_px, space.measure)
    widths = (
        space.px(_DIAMETERS[1]) // 2,
        _name_width(space, names),
        _bar_length(space),
        _bold_width(space, "0.00"),
        space.text_width("✓"),
    )
    return names, sum(widths) + space.px(_NAME_GAP) + 3 * space.px(_TEXT_GAP) + space.px(_MARGIN)


def _name_width(space: _Space, names: Sequence[str]) -> int:
    return max(_bold_width(space, name) for name in names)


def _bold_width(space: _Space, text: str) -> int:
    """Return the room for a text that is bold for the predicted class."""
    return ceil(_BOLD_TO_NORMAL * space.measure(text, space.text_px))


def _bar_length(space: _Space) -> int:
    low, high = (space.px(units) for units in _BARS)
    return min(max(round(_LARGEST_PART_FOR_BARS * space.width), low), high)


def _place_across(space: _Space, layers: range, outputs_px: int, *, is_paged: bool) -> _Across:
    """Return where the columns are, with as much text as fits between them."""
    n_layers = len(space.layer_sizes)
    sizes = [space.layer_sizes[layer] for layer in layers]
    arrow = space.px(_ARROW)
    texts = [text for size in sizes for text in (f"{size - 1:,} more", f"{size:,}–{size:,}")]
    page_width = max(map(space.text_width, texts))
    beside_px = arrow if len(layers) < n_layers else 0
    for has_words, is_level in ((True, True), (True, False), (False, False)):
        captions = tuple(_caption(layer, n_layers, space.layer_sizes[layer], has_words) for layer in layers)
        widths = [space.text_width(caption) for caption in captions]
        paging_px = 2 * arrow + (page_width if is_level else 0) if is_paged else 0
        column_px = max(paging_px, *widths, space.px(_DIAMETERS[1]))
        left = space.px(_MARGIN) + beside_px + max(widths[0], paging_px, space.px(_DIAMETERS[1])) // 2
        right = space.width - beside_px - (outputs_px or space.px(_MARGIN) + column_px // 2)
        gap = max((right - left) / (len(layers) - 1), space.px(_LEAST_GAP))
        if gap >= column_px + space.px(_TEXT_GAP):
            break
    xs = tuple(round(left + position * gap) for position in range(len(layers)))
    room = min(round(gap) - space.px(1), 2 * left)
    return _Across(xs, captions, has_words, is_level, page_width if is_level else room)


def _caption(layer: int, n_layers: int, size: int, has_words: bool) -> str:
    return f"{layer_name(layer, n_layers)} · {size:,}" if has_words else f"{size:,}"


def _place_down(space: _Space, layers: range, n_page_lines: int) -> _Down:
    """Return the room for circles over a number of lines with arrows, and how many of each layer fit there."""
    line_px, margin = space.line_px, space.px(_MARGIN)
    top = margin + 2 * line_px + space.px(1)
    bottom = max(space.height - margin - (1 + n_page_lines) * line_px - space.px(1), top + space.px(_PAGED_PITCH))
    n_slots = []
    for layer in layers:
        size = space.layer_sizes[layer]
        # The names beside the outputs need the height of a line each.
        has_names = layer == len(space.layer_sizes) - 1
        least_pitch, paged_pitch = (line_px, line_px) if has_names else (space.px(_LEAST_PITCH), space.px(_PAGED_PITCH))
        fits = size * least_pitch <= bottom - top
        n_slots.append(size if fits else max((bottom - top) // paged_pitch, 1))
    return _Down(top, bottom, tuple(n_slots))


def _column(space: _Space, down: _Down, gap: int, layer: int, n_slots: int, x: int, caption: str) -> Column:
    pitch = min((down.bottom - down.top) / n_slots, space.px(_LARGEST_PITCH))
    low, high = (space.px(units) for units in _DIAMETERS)
    diameter = round(min(max(min(pitch * _DIAMETER_TO_PITCH, gap * _DIAMETER_TO_GAP), low), high))
    first = (down.top + down.bottom - (n_slots - 1) * pitch) / 2
    ys = tuple(round(first + slot * pitch) for slot in range(n_slots))
    return Column(layer, space.layer_sizes[layer], x, ys, diameter - 1 + diameter % 2, caption)


def _place_outputs(space: _Space, column: Column, names: tuple[str, ...]) -> OutputPlaces:
    gap = space.px(_TEXT_GAP)
    name_x = column.x + space.px(_DIAMETERS[1]) // 2 + space.px(_NAME_GAP)
    bar_left = name_x + _name_width(space, names) + gap
    bar_right = bar_left + _bar_length(space)
    number_x = bar_right + gap + _bold_width(space, "0.00")
    return OutputPlaces(names, name_x, bar_left, bar_right, space.text_px // 2, number_x, number_x + gap)


def _page_buttons(space: _Space, columns: Sequence[Column], page_y: int, across: _Across) -> Iterator[PageButton]:
    """Yield an arrow up and one down for each layer that has pages, beside the text between them or under it."""
    arrow, line_px = space.px(_ARROW), space.line_px
    apart = across.page_width // 2 if across.is_level else 0
    top = page_y - line_px // 2 + (0 if across.is_level else line_px)
    for column in columns:
        if column.is_paged:
            left, right = column.x - apart, column.x + apart
            yield PageButton(column.layer, -1, (left - arrow, top, left, top + line_px))
            yield PageButton(column.layer, 1, (right, top, right + arrow, top + line_px))


def _layer_buttons(space: _Space, columns: Sequence[Column], middle_y: int) -> Iterator[PageButton]:
    """Yield an arrow at either side where there are more layers."""
    arrow = space.px(_ARROW)
    top = middle_y - arrow // 2
    if columns[0].layer > 0:
        yield PageButton(None, -1, (0, top, arrow, top + arrow))
    if columns[-1].layer < len(space.layer_sizes) - 1:
        yield PageButton(None, 1, (space.width - arrow, top, space.width, top + arrow))
