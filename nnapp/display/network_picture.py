"""Paints a network diagram: connections, neurons, scales and bars, all but the text."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nnapp.display.circle_stamp import CircleStamp
from nnapp.display.line_colors import faint_codes, signal_codes, signal_colors, weight_codes, weight_colors
from nnapp.display.line_pixels import line_pixels
from nnapp.display.network_layout import Column, NetworkLayout
from nnapp.display.network_scene import Answer, Scene, Selection
from nnapp.display.palettes import Palette, rgb
from nnapp.display.weight_sheet import color_table
from nnapp.engine.arrays import FloatArray, IntArray

__all__ = ["NetworkPicture"]

# In units, of which one is 4 pixels at a scale of 100 %.
_THIN, _THICK = 0.3, 0.75
_LINE_WIDTHS = (0.25, 0.65)  # of the weakest and the strongest connection
_SELECTION_RING, _SELECTION_GAP = 0.6, 0.4
_THICKEST_PART = 0.25  # of a circle's diameter that its border may take

_FAINT_SHARES = (0.05, 0.22)
_MANY_LINES = 400  # per layer, from which on the faint lines are faintest


class NetworkPicture:
    """The picture of one layout in one palette.

    Parameters
    ----------
    layout : NetworkLayout
        The picture fills its `picture_box`.
    palette : Palette
    unit_px : float
        The unit of spacing in pixels, 4 at a scale of 100 %.
    """

    def __init__(self, layout: NetworkLayout, palette: Palette, unit_px: float) -> None:
        self._layout = layout
        self._palette = palette
        self._unit_px = unit_px
        left, top, right, bottom = layout.picture_box
        self._height, self._width = bottom - top, right - left
        self._centers = {column.layer: self._center_pixels(column) for column in layout.columns}
        self._faint_lines = self._draw_faint_lines()
        n_lines = max(a.n_slots * b.n_slots for a, b in pairwise(layout.columns))
        faintest, strongest = _FAINT_SHARES
        faint_share = strongest + min(n_lines / _MANY_LINES, 1) * (faintest - strongest)
        # Four bytes a pixel, so that a colour is looked up and moved as one number.
        self._signal_colors, self._weight_colors = (
            np.insert(colors, 3, 255, axis=1).view(np.uint32)[:, 0]
            for colors in (signal_colors(palette, faint_share), weight_colors(palette, faint_share))
        )
        self._sign_colors = color_table(palette)[:-1]
        self._stamps: dict[tuple[int, float], CircleStamp] = {}
        self._pixels = np.empty(self._height * self._width, np.uint32)

    def draw(self, scene: Scene) -> NDArray[np.uint8]:
        """Paint a scene.

        Returns
        -------
        array (height, width, 4) of uint8
            Red, green, blue and 255. The next call paints into the same array.
        """
        plane = self._draw_lines(scene)
        colors = self._weight_colors if scene.shows_weights else self._signal_colors
        np.take(colors, plane, out=self._pixels, mode="clip")
        picture = self._pixels.view(np.uint8).reshape(self._height, self._width, 4)
        for column in self._layout.columns:
            self._draw_neurons(picture, column, scene)
            if column.layer in scene.levels and self._layout.scale_px:
                self._draw_scale(picture, column)
        if scene.selection is not None:
            self._draw_selection(picture, scene.selection, scene)
        if self._layout.outputs is not None:
            self._draw_bars(picture, scene)
        return picture

    def _center_pixels(self, column: Column) -> IntArray:
        left, top, _, _ = self._layout.picture_box
        return (column.slot_ys - top) * self._width + column.x - left

    def _ends(self, layer: int, slots: IntArray) -> IntArray:
        """Return x and y in the picture of the centres of neurons, shape (n_slots, 2)."""
        y, x = np.divmod(self._centers[layer][slots], self._width)
        return np.stack([x, y], axis=1)

    def _draw_faint_lines(self) -> NDArray[np.uint8]:
        """Return the plane with a line for every connection between neurons that have a place."""
        plane: NDArray[np.uint8] = np.zeros(self._height * self._width, np.uint8)
        for source, target in pairwise(self._layout.columns):
            ends = self._ends(target.layer, np.arange(target.n_slots))
            # Neuron by neuron: all lines between two layers at once would not fit into the processor's caches.
            for start in self._ends(source.layer, np.arange(source.n_slots)):
                starts = np.broadcast_to(start, ends.shape)
                pixels, coverages, _ = line_pixels(starts, ends, np.ones(len(ends)), self._width)
                np.maximum.at(plane, pixels, faint_codes(coverages))
        return plane

    def _draw_lines(self, scene: Scene) -> NDArray[np.uint8]:
        plane: NDArray[np.uint8] = self._faint_lines.copy()
        encode = weight_codes if scene.shows_weights else signal_codes
        thin, thick = (units * self._unit_px for units in _LINE_WIDTHS)
        for lines in scene.lines:
            starts, ends = self._ends(lines.layer - 1, lines.sources), self._ends(lines.layer, lines.targets)
            widths = np.maximum(thin + np.abs(lines.strengths) * (thick - thin), 1)
            pixels, coverages, line_numbers = line_pixels(starts, ends, widths, self._width)
            np.maximum.at(plane, pixels, encode(coverages, lines.strengths[line_numbers]))
        return plane

    def _draw_neurons(self, picture: NDArray[np.uint8], column: Column, scene: Scene) -> None:
        fills = np.array(rgb(self._palette.canvas))
        if column.layer in scene.levels:
            fills = np.repeat(scene.levels[column.layer][:, None], 3, axis=1)
        colors = None
        if column.layer in scene.ring_strengths:
            colors = self._colors_of(scene.ring_strengths[column.layer])
        self._draw_circles(picture, column, self._centers[column.layer], fills, colors)

    def _draw_circles(
        self,
        picture: NDArray[np.uint8],
        column: Column,
        centers: IntArray,
        fills: NDArray[np.uint8],
        colors: NDArray[np.uint8] | None,
    ) -> None:
        """Draw neurons of a column, with a coloured border inside the ordinary one if there are `colors`."""
        flat = picture.reshape(-1, 4)[:, :3]
        thin_px = max(_THIN * self._unit_px, 1)
        ordinary = np.array(rgb(self._palette.field_border))
        if colors is None:
            self._stamp(column.diameter, thin_px).draw(flat, centers, fills, ordinary)
            return
        # Without the ordinary border, black on a dark canvas would be no neuron at all.
        self._stamp(column.diameter + 2, thin_px).draw(flat, centers, ordinary, ordinary)
        thick_px = min(_THICK * self._unit_px, _THICKEST_PART * column.diameter)
        self._stamp(column.diameter, thick_px).draw(flat, centers, fills, colors)

    def _stamp(self, diameter: int, border_px: float) -> CircleStamp:
        key = (diameter, border_px)
        if key not in self._stamps:
            self._stamps[key] = CircleStamp(diameter, border_px, self._width)
        return self._stamps[key]

    def _draw_selection(self, picture: NDArray[np.uint8], selection: Selection, scene: Scene) -> None:
        """Draw a ring around the selected neuron, and its border in the colour of the bias."""
        column = self._layout.column_of(selection.layer)
        assert column is not None
        canvas = np.array(rgb(self._palette.canvas))
        center = self._centers[selection.layer][selection.slot : selection.slot + 1]
        ring_px, gap_px = max(_SELECTION_RING * self._unit_px, 2), max(_SELECTION_GAP * self._unit_px, 1)
        ring = self._stamp(column.diameter + 2 * round(ring_px + gap_px + 1), ring_px)
        ring.draw(picture.reshape(-1, 4)[:, :3], center, canvas, np.array(rgb(self._palette.accent)))
        fill = canvas
        if selection.layer in scene.levels:
            fill = np.full(3, scene.levels[selection.layer][selection.slot])
        bias = selection.bias_strength
        self._draw_circles(picture, column, center, fill, None if bias is None else self._colors_of(np.array([bias])))

    def _colors_of(self, strengths: FloatArray) -> NDArray[np.uint8]:
        """Return negative to positive colours, black for 0, shape (n, 3)."""
        half = len(self._sign_colors) // 2
        return self._sign_colors[np.rint(strengths * half).astype(np.intp) + half]

    def _draw_scale(self, picture: NDArray[np.uint8], column: Column) -> None:
        """Draw the strip from black to white above a column."""
        left, top, _, _ = self._layout.picture_box
        length, half_height = self._layout.scale_px, self._layout.text_px // 4
        x, y = column.x - left - length // 2, self._layout.scale_y - top
        picture[y - half_height - 1 : y + half_height + 1, x - 1 : x + length + 1, :3] = rgb(self._palette.field_border)
        greys = np.linspace(0, 255, length).astype(np.uint8)
        picture[y - half_height : y + half_height, x : x + length, :3] = greys[:, None]

    def _draw_bars(self, picture: NDArray[np.uint8], scene: Scene) -> None:
        """Draw how probable each class is, the predicted one in the colour of right or wrong."""
        places, column = self._layout.outputs, self._layout.columns[-1]
        assert places is not None
        left, top, _, _ = self._layout.picture_box
        start, length = places.bar_left - left, places.bar_right - places.bar_left
        for neuron, y in zip(scene.output_neurons, column.ys, strict=True):
            rows = slice(y - top - places.bar_px // 2, y - top - places.bar_px // 2 + places.bar_px)
            picture[rows, start : start + length, :3] = rgb(self._palette.grid)
            if scene.answer is not None:
                filled = round(length * float(scene.answer.probabilities[neuron]))
                picture[rows, start : start + filled, :3] = self._bar_color(scene.answer, int(neuron))

    def _bar_color(self, answer: Answer, neuron: int) -> tuple[int, int, int]:
        palette = self._palette
        if neuron != answer.predicted:
            return rgb(palette.field_border)
        return rgb({True: palette.positive, False: palette.negative, None: palette.accent}[answer.is_right])
