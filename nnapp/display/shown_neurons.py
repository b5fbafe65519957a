"""Which neurons of layers too tall to draw are shown: the most active ones, or a page of them by number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnapp.display.network_layout import Column, Neuron
from nnapp.engine.arrays import FloatArray, IntArray

__all__ = ["ShownNeurons", "most_active"]


class ShownNeurons:
    """Which neuron is in which slot of a diagram.

    Page 0 of a layer holds its most active neurons, the pages after it all neurons by number. While images
    change, a neuron that stays among the most active stays in its slot, so that a diagram that follows a pen
    holds still. A layer that fits is always shown whole.

    Parameters
    ----------
    columns : sequence of Column
        The layers that are drawn.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = {column.layer: column for column in columns}
        self._pages = dict.fromkeys(self._columns, 0)
        self._shown: dict[int, IntArray] = {column.layer: np.arange(column.n_slots) for column in columns}
        self._activities: dict[int, FloatArray] = {}
        self._kept: Neuron | None = None

    def neurons(self, layer: int) -> IntArray:
        """Return the neuron in each slot of a layer, shape (n_slots,)."""
        return self._shown[layer]

    def slot_of(self, neuron: Neuron) -> int | None:
        """Return where a neuron is, or None if it is on another page."""
        if neuron.layer not in self._shown:
            return None
        found = np.flatnonzero(self._shown[neuron.layer] == neuron.index)
        return int(found[0]) if len(found) else None

    def page(self, layer: int) -> int:
        """Return the page of a layer, 0 for the most active neurons."""
        return self._pages[layer]

    def n_pages(self, layer: int) -> int:
        """Return the number of pages of a layer, 1 if all of it is shown."""
        column = self._columns[layer]
        return 1 + -(-column.n_neurons // column.n_slots) if column.is_paged else 1

    def can_turn(self, layer: int, step: int) -> bool:
        """Return whether there are pages in that direction."""
        return 0 <= self._pages[layer] + step < self.n_pages(layer)

    def turn(self, layer: int, step: int) -> bool:
        """Turn the pages of a layer, and return whether there was one to turn to."""
        if layer not in self._pages or not self.can_turn(layer, step):
            return False
        self._pages[layer] += step
        self._fill(layer)
        return True

    def show_activations(self, activations: Sequence[FloatArray]) -> None:
        """Take in the activations of all layers of the network, each of shape (n_neurons,)."""
        for layer, column in self._columns.items():
            if column.is_paged:
                is_first = layer not in self._activities
                self._activities[layer] = np.nan_to_num(np.abs(activations[layer]))
                self._fill(layer)
                if is_first:  # nobody has got used to a place yet
                    self._shown[layer].sort()

    def keep(self, neuron: Neuron | None) -> None:
        """Keep a neuron in sight, also where it is not among the most active; None lets it go."""
        self._kept = neuron
        if neuron is None or neuron.layer not in self._columns or self.slot_of(neuron) is not None:
            return
        if self._pages[neuron.layer] > 0:
            self._pages[neuron.layer] = 1 + neuron.index // self._columns[neuron.layer].n_slots
        self._fill(neuron.layer)

    def _fill(self, layer: int) -> None:
        """Put the neurons of the page into the slots."""
        column, page = self._columns[layer], self._pages[layer]
        if page > 0:
            # The last page is as full as the others, so it begins with neurons of the one before.
            start = min((page - 1) * column.n_slots, column.n_neurons - column.n_slots)
            self._shown[layer] = np.arange(start, start + column.n_slots)
            return
        activity = self._activities.get(layer, np.zeros(column.n_neurons))
        if self._kept is not None and self._kept.layer == layer:
            activity = activity.copy()
            activity[self._kept.index] = np.inf
        self._shown[layer] = most_active(activity, self._shown[layer])


def most_active(activity: FloatArray, before: IntArray) -> IntArray:
    """Return as many of the most active neurons as were shown before.

    Parameters
    ----------
    activity : array (n_neurons,)
        At least 0. Of equally active neurons those stay that were shown, then those with the lower numbers come.
    before : array (n_slots,)
        The neuron in each slot so far; fewer than there are.

    Returns
    -------
    array (n_slots,)
        A new array. A neuron that stays keeps its slot, and newcomers take those that have become free; if most
        are new, all are in the order of their numbers.
    """
    n_slots = len(before)
    threshold = np.partition(activity, -n_slots)[-n_slots]
    is_chosen = activity > threshold
    is_tied = activity == threshold
    n_missing = n_slots - np.count_nonzero(is_chosen)
    was_shown = np.zeros(len(activity), dtype=bool)
    was_shown[before] = True
    tied = np.concatenate([np.flatnonzero(is_tied & was_shown), np.flatnonzero(is_tied & ~was_shown)])
    is_chosen[tied[:n_missing]] = True
    if 2 * np.count_nonzero(is_chosen & was_shown) < n_slots:
        return np.flatnonzero(is_chosen)
    shown: IntArray = before.copy()
    shown[~is_chosen[before]] = np.flatnonzero(is_chosen & ~was_shown)
    return shown
