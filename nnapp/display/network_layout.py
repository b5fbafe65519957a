"""Where the parts of a network diagram are, and what is at a point of it. Arithmetic, without a toolkit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import hypot

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import IntArray

__all__ = ["Box", "Column", "Connection", "NetworkLayout", "Neuron", "OutputPlaces", "PageButton"]

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; right and bottom belong to what is next to it."""

_REACH_PX = 3  # a pointer this near to a neuron or a line is on it


@dataclass(frozen=True, order=True)
class Neuron:
    """One neuron of a network.

    Attributes
    ----------
    layer : int
        0 for the inputs.
    index : int
        Within its layer, from 0.
    """

    layer: int
    index: int


@dataclass(frozen=True)
class Connection:
    """The connection from a neuron to one of the next layer."""

    source: Neuron
    target: Neuron


@dataclass(frozen=True)
class Column:
    """The circles of one layer, one above the other.

    Attributes
    ----------
    layer : int
    n_neurons : int
        Of the layer; those that have no place are on other pages.
    x : int
        Centre of all circles.
    ys : tuple of int
        Centre of each circle. A place for a neuron is a "slot", the topmost is slot 0.
    diameter : int
        Of the circles, an odd number, so that the centre is a pixel.
    caption : str
        What is written above.
    """

    layer: int
    n_neurons: int
    x: int
    ys: tuple[int, ...]
    diameter: int
    caption: str

    @property
    def n_slots(self) -> int:
        """Number of neurons that are drawn at a time."""
        return len(self.ys)

    @property
    def is_paged(self) -> bool:
        """Whether the layer has more neurons than places."""
        return self.n_slots < self.n_neurons

    @cached_property
    def slot_ys(self) -> NDArray[np.int64]:
        """The centres `ys` as an array (n_slots,)."""
        return np.array(self.ys, dtype=np.int64)

    def nearest_slot(self, y: float) -> int:
        """Return the slot whose centre is nearest to a height."""
        return int(np.abs(self.slot_ys - y).argmin())


@dataclass(frozen=True)
class OutputPlaces:
    """What stands to the right of the outputs: name, bar, number and mark of each class.

    Attributes
    ----------
    names : tuple of str
        Of all classes, shortened to the room there is.
    name_x : int
        Where names begin.
    bar_left, bar_right : int
        Ends of a full bar.
    bar_px : int
        Height of a bar.
    number_x : int
        Where numbers end.
    mark_x : int
        Where marks begin.
    """

    names: tuple[str, ...]
    name_x: int
    bar_left: int
    bar_right: int
    bar_px: int
    number_x: int
    mark_x: int


@dataclass(frozen=True)
class PageButton:
    """An arrow that shows other neurons of a layer, or other layers.

    Attributes
    ----------
    layer : int or None
        None for the arrows through the layers.
    step : {-1, 1}
    box : Box
    """

    layer: int | None
    step: int
    box: Box


@dataclass(frozen=True)
class NetworkLayout:
    """Where everything is. Made by `arrange_network`; all lengths in pixels.

    Attributes
    ----------
    width, height : int
        The whole diagram.
    n_layers : int
        Of the network, inputs included.
    columns : tuple of Column
        The layers that are drawn, which are neighbours, first to last.
    picture_box : Box
        What is painted: circles, connections, scales and bars; all else is text.
    text_px, line_px : int
        Size of the font, and height of a line.
    caption_y, scale_y, page_y, legend_y : int
        Middle of the lines with the captions, the scales, the texts between the arrows and the legend.
    scale_px : int
        Length of the strip that shows a scale; 0 where only its numbers fit.
    page_width : int
        Room for the text between or above the arrows.
    outputs : OutputPlaces or None
        None while the last layer is not drawn.
    buttons : tuple of PageButton
    """

    width: int
    height: int
    n_layers: int
    columns: tuple[Column, ...]
    picture_box: Box
    text_px: int
    line_px: int
    caption_y: int
    scale_y: int
    page_y: int
    legend_y: int
    scale_px: int
    page_width: int
    outputs: OutputPlaces | None
    buttons: tuple[PageButton, ...]

    @property
    def first_layer(self) -> int:
        """The leftmost layer that is drawn."""
        return self.columns[0].layer

    @property
    def last_layer(self) -> int:
        """The rightmost layer that is drawn."""
        return self.columns[-1].layer

    def column_of(self, layer: int) -> Column | None:
        """Return the column of a layer, or None if it is not drawn."""
        position = layer - self.first_layer
        return self.columns[position] if 0 <= position < len(self.columns) else None

    def slot_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return layer and slot of the neuron at a point: its circle, or for an output also its name and bar."""
        column = min(self.columns, key=lambda column: abs(column.x - x))
        slot = column.nearest_slot(y)
        distance = hypot(column.x - x, column.ys[slot] - y)
        if distance <= column.diameter / 2 + _REACH_PX or self._is_beside_output(x, y, slot):
            return column.layer, slot
        return None

    def button_at(self, x: float, y: float) -> PageButton | None:
        """Return the arrow at a point."""
        for button in self.buttons:
            left, top, right, bottom = button.box
            if left <= x < right and top <= y < bottom:
                return button
        return None

    def layer_at(self, x: float) -> int:
        """Return the layer whose column is nearest."""
        return min(self.columns, key=lambda column: abs(column.x - x)).layer

    def line_at(self, x: float, y: float, layer: int, sources: IntArray, targets: IntArray) -> int | None:
        """Return which of some connections is at a point.

        Parameters
        ----------
        layer : int
            Where the connections end; they start in the layer before.
        sources, targets : array (n_connections,)
            Slots of their two ends.

        Returns
        -------
        int or None
            The nearest of them; of equally near ones the last, which is drawn on top.
        """
        start, end = self.column_of(layer - 1), self.column_of(layer)
        if start is None or end is None or not start.x < x < end.x or not len(sources):
            return None
        from_y, to_y = start.slot_ys[sources], end.slot_ys[targets]
        slopes = (to_y - from_y) / (end.x - start.x)
        distances = np.abs(from_y + slopes * (x - start.x) - y) / np.sqrt(1 + slopes**2)
        nearest = len(distances) - 1 - int(distances[::-1].argmin())
        return nearest if distances[nearest] <= _REACH_PX else None

    def _is_beside_output(self, x: float, y: float, slot: int) -> bool:
        places, column = self.outputs, self.columns[-1]
        if places is None or not column.x < x < places.mark_x + self.line_px:
            return False
        return abs(column.ys[column.nearest_slot(y)] - y) <= self.line_px / 2
