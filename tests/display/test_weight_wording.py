"""The words of the weights view."""

from __future__ import annotations

from nnapp.display.weight_wording import colors_sentence, layer_titles, weight_sentence


def test_titles_say_what_each_layer_connects() -> None:
    assert layer_titles([784, 128, 10]) == ["Layer 1: 784 → 128", "Layer 2, outputs: 128 → 10"]
    assert layer_titles([784, 10]) == ["Layer 1, outputs: 784 → 10"]


def test_a_weight_of_a_pixel_has_row_and_column_counted_from_one() -> None:
    # 2 · 784 weights belong to neurons 1 and 2; place 5 · 28 + 11 is row 6, column 12.
    index = 2 * 784 + 5 * 28 + 11

    assert weight_sentence(index, 784, 0.25, 28) == "neuron 3, row 6, column 12: +0.2500"


def test_a_weight_of_a_later_layer_has_an_input() -> None:
    assert weight_sentence(128 + 64, 128, -0.03125, None) == "neuron 2, input 65: −0.0312"


def test_colours_are_named() -> None:
    assert colors_sentence("blue", "orange") == "blue +, orange −, black 0"
