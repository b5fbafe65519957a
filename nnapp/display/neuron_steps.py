"""Which neuron is next to another in a diagram, for moving with the arrow keys."""

from __future__ import annotations

from nnapp.display.network_layout import NetworkLayout, Neuron
from nnapp.display.shown_neurons import ShownNeurons

__all__ = ["end_neuron", "next_neuron", "paged_neuron"]


def next_neuron(layout: NetworkLayout, shown: ShownNeurons, neuron: Neuron, across: int, down: int) -> Neuron:
    """Return the neighbour of a neuron, or the neuron itself where there is none.

    Parameters
    ----------
    across : {-1, 0, 1}
        Whether to go to the layer before or after, to the neuron at about the same height. It must be drawn.
    down : {-1, 0, 1}
        Whether to go to the neuron above or below, if `across` is 0. Past the end of a page the page is turned.
    """
    column = layout.column_of(neuron.layer)
    slot = shown.slot_of(neuron) or 0
    if across:
        other = layout.column_of(neuron.layer + across)
        if column is None or other is None:
            return neuron
        return _at(shown, other.layer, other.nearest_slot(column.ys[slot]))
    neurons = shown.neurons(neuron.layer)
    if 0 <= slot + down < len(neurons):
        return _at(shown, neuron.layer, slot + down)
    is_by_number = shown.page(neuron.layer) > 0
    if not shown.turn(neuron.layer, down):
        return neuron
    # The last page repeats neurons of the one before, so going on by number need not lead to an end of a page.
    following = Neuron(neuron.layer, int(neurons[slot]) + down)
    if is_by_number and shown.page(neuron.layer) > 0 and shown.slot_of(following) is not None:
        return following
    return end_neuron(shown, neuron.layer, is_last=down < 0)


def end_neuron(shown: ShownNeurons, layer: int, *, is_last: bool) -> Neuron:
    """Return the topmost neuron of a layer that is shown, or the lowest."""
    return _at(shown, layer, -1 if is_last else 0)


def paged_neuron(shown: ShownNeurons, neuron: Neuron, step: int) -> Neuron:
    """Turn the pages of a layer and return the neuron that then has the place of `neuron`."""
    slot = shown.slot_of(neuron) or 0
    shown.turn(neuron.layer, step)
    return _at(shown, neuron.layer, slot)


def _at(shown: ShownNeurons, layer: int, slot: int) -> Neuron:
    return Neuron(layer, int(shown.neurons(layer)[slot]))
