"""The order of layers, by numbers, by the file and by sizes."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.storage.exchange.array_names import ArrayName, Orientation, parse_array_name
from nnapp.storage.exchange.array_order import Layer, layer_sizes, named_readings, positional_readings

Shapes = dict[str, tuple[int, ...]]


def readings(shapes: Shapes, implied: Orientation | None = None, is_ordered: bool = True) -> list[list[str]]:
    """Return the names of the weights in every order that is proposed."""
    arrays: dict[str, tuple[ArrayName, np.ndarray]] = {
        name: (parse_array_name(name), np.zeros(shape)) for name, shape in shapes.items()
    }
    return [[layer.name for layer in reading] for reading in named_readings(arrays, implied, is_ordered)]


def test_numbers_of_equal_words_are_the_order() -> None:
    shapes: Shapes = {"W10": (2, 2), "W9": (2, 2), "W1": (2, 2)}
    assert readings(shapes) == [["W1", "W9", "W10"]]
    assert readings({"dense_1/kernel": (2, 2), "dense/kernel": (2, 2)}) == [["dense/kernel", "dense_1/kernel"]]


def test_numbers_of_different_words_go_before_the_file() -> None:
    assert readings({"hidden2.weight": (2, 2), "in1.weight": (2, 2)})[0] == ["in1.weight", "hidden2.weight"]


def test_a_layer_without_a_number_stands_where_the_file_has_it_or_else_last() -> None:
    shapes: Shapes = {"classifier.weight": (2, 2), "fc2.weight": (2, 2), "fc1.weight": (2, 2)}
    by_number = ["fc1.weight", "fc2.weight", "classifier.weight"]
    assert readings(shapes) == [list(shapes), by_number]
    assert readings(shapes, is_ordered=False) == [by_number]


def test_sizes_are_the_order_where_they_allow_one_only() -> None:
    shapes: Shapes = {"c.weight": (2, 3), "a.weight": (4, 5), "b.weight": (3, 4)}
    assert readings(shapes, "outputs-inputs", is_ordered=False) == [["a.weight", "b.weight", "c.weight"]]
    assert readings(shapes, "inputs-outputs", is_ordered=False) == [["c.weight", "b.weight", "a.weight"]]
    assert readings(shapes, None, is_ordered=False) == [], "either way round"
    squares: Shapes = {"b.weight": (2, 2), "a.weight": (2, 2)}
    assert readings(squares, "outputs-inputs", is_ordered=False) == []
    assert readings(squares, "outputs-inputs") == [["b.weight", "a.weight"]]


def test_what_is_implied_does_not_hide_the_only_order_there_is() -> None:
    shapes: Shapes = {"out.weight": (5, 3), "out.bias": (3,), "fc.weight": (12, 5), "fc.bias": (5,)}
    assert readings(shapes, "outputs-inputs")[-1] == ["fc.weight", "out.weight"]


def test_more_layers_than_can_be_tried() -> None:
    shapes: Shapes = {f"{letter}.weight": (n, n + 1) for n, letter in enumerate("abcdef", 1)}
    assert readings(shapes, "outputs-inputs", is_ordered=False) == []


@pytest.mark.parametrize("names", [("W1", "W1 "), ("W1", "w1")])
def test_two_arrays_for_one_place(names: tuple[str, str]) -> None:
    assert readings(dict.fromkeys(names, (2, 2))) == []
    assert readings({"W1": (2, 2), "b1": (2,), "b_1": (2,)}) == []
    assert readings({"W1": (2, 2), "b2": (2,), "b3": (2,)}) == [], "biases of layers that are not there"


def test_positions() -> None:
    arrays = {str(number): np.zeros(number) for number in range(4)}
    pairs = [[(layer.name, layer.biases is not None) for layer in reading] for reading in positional_readings(arrays)]
    both = [[("0", True), ("2", True)], [("0", True), ("1", True)]]
    assert pairs == [*both, [("0", False), ("1", False), ("2", False), ("3", False)]]
    assert list(positional_readings({})) == [[]]
    assert len(list(positional_readings({"a": np.zeros(1)}))) == 1


@pytest.mark.parametrize(
    ("biases", "fits"),
    [((3,), True), ((1, 3), True), ((3, 1), True), ((2,), False), ((1, 2), False), ((3, 3), False), ((), False)],
)
def test_biases_are_one_per_output(biases: tuple[int, ...], fits: bool) -> None:
    layer = Layer("W", np.zeros((3, 2)), np.zeros(biases))
    assert layer_sizes([layer], "outputs-inputs") == ([2, 3] if fits else None)


def test_sizes_of_what_is_no_chain() -> None:
    def sizes(*shapes: tuple[int, ...], is_theta: bool = False) -> list[int] | None:
        layers = [Layer("W", np.zeros(shape), None, is_theta) for shape in shapes]
        return layer_sizes(layers, "outputs-inputs")

    assert sizes((3, 2), (4, 3)) == [2, 3, 4]
    assert sizes((3, 3), (4, 4), is_theta=True) == [2, 3, 4]  # one column of each is the biases
    assert sizes((3, 2), (4, 2)) is None
    assert sizes((3,)) is None
    assert sizes((3, 0)) is None
    assert sizes((3, 1), is_theta=True) is None


def test_biases_that_only_the_order_of_the_file_gives_to_layers() -> None:
    shapes: Shapes = {"W_hh": (4, 4), "W_ih": (4, 5), "b_h": (4,), "b_hh": (4,)}
    assert readings(shapes)[0] == ["W_hh", "W_ih"]
    assert readings(shapes, is_ordered=False) == []
