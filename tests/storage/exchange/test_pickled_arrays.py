"""Networks pickled as lists and dictionaries of arrays, and NumPy's arrays of objects."""

from __future__ import annotations

import io
import pickle
import tracemalloc
from typing import Any

import numpy as np
import pytest

from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.exchange.pickled_arrays import load_object_array, plain, read_pickled_network_from
from nnapp.storage.exchange.readers import read_any_network_from

from .conftest import Layers

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
KINDS = ("f2", "f4", "f8", ">f4", ">f8", "i1", "i4", ">i8", "u2", "?", "U3", ">U2", "S4")


def round_trip(array: Any, protocol: int) -> Any:
    return load_object_array(io.BytesIO(pickle.dumps(array, protocol)), "the array")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_every_type_and_order(protocol: int, kind: str, order: Any) -> None:
    array = np.arange(6).reshape(2, 3).astype(kind).copy(order)
    read = round_trip(array, protocol)
    assert read.dtype == np.dtype(kind).newbyteorder("=")
    np.testing.assert_array_equal(read, array)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_arrays_as_large_as_those_of_a_network(protocol: int) -> None:
    """The oldest protocol writes an array as one line."""
    array = np.random.default_rng(0).normal(size=(128, 784))
    np.testing.assert_array_equal(round_trip(array, protocol), array)


def test_an_array_of_python_2() -> None:
    """Protocol 0 as Python 2.7 wrote it: the values 1.0 and 2.0 are quoted bytes."""
    values = repr(np.array([1.0, 2.0], "<f8").tobytes())[1:]
    content = (
        "cnumpy.core.multiarray\n_reconstruct\np0\n(cnumpy\nndarray\np1\n(I0\ntp2\nS'b'\np3\ntp4\nRp5\n(I1\n(I2\ntp6\n"
        "cnumpy\ndtype\np7\n(S'f8'\np8\nI0\nI1\ntp9\nRp10\n(I3\nS'<'\np11\nNNNI-1\nI-1\nI0\ntp12\nbI00\n"
        f"S{values}\np13\ntp14\nb."
    )
    np.testing.assert_array_equal(load_object_array(io.BytesIO(content.encode()), "the array"), [1.0, 2.0])


def test_equal_layers_in_one_array_of_objects() -> None:
    """``np.array([w1, w2], dtype=object)`` of equal shapes is an array of Python's floats."""
    layers = np.random.default_rng(0).normal(size=(2, 100, 100))
    np.testing.assert_array_equal(round_trip(layers.astype(object), 4), layers)


def test_an_array_of_objects_is_not_wrapped_in_more_lists_than_there_are_bytes() -> None:
    """One byte for each None, and 31 lists around it: six gigabytes for three megabytes."""
    array = np.full((100_000, *[1] * 31), None)
    content = pickle.dumps(array, 4)
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError, match="an array of objects with hardly any in a row"):
            load_object_array(io.BytesIO(content), "the array")
        assert tracemalloc.get_traced_memory()[1] < 10e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["f1", "b8", "U999999999"])
def test_types_that_numpy_does_not_have_are_refused(kind: str) -> None:
    content = b"cnumpy._core.multiarray\nscalar\n(cnumpy\ndtype\n(V%b\ntRC\x02ab" % kind.encode() + b"tR."
    with pytest.raises(FileFormatError, match="the array must hold a pickle of arrays only"):
        load_object_array(io.BytesIO(content), "the array")


def test_one_array_under_many_names_is_not_worked_on_again_and_again() -> None:
    texts = np.array([f"{number:03}" for number in range(1000)], "S3")
    content = pickle.dumps({f"text {number}": texts for number in range(1000)})
    with pytest.raises(FileFormatError, match=r"a\.pkl must hold at most [\d,]+ values, by its length"):
        read_pickled_network_from(io.BytesIO(content), "a.pkl")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_classifier_of_scikit_learn_is_refused_with_a_hint(protocol: int) -> None:
    networks = pytest.importorskip("sklearn.neural_network")
    content = pickle.dumps(networks.MLPClassifier((3,)), protocol)
    with pytest.raises(
        FileFormatError, match=r"asks to run sklearn\.\S+\.MLPClassifier, .*save coefs_ and intercepts_"
    ):
        read_pickled_network_from(io.BytesIO(content), "a.pkl")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_numbers_of_numpy_and_views(protocol: int) -> None:
    array = np.arange(12.0).reshape(3, 4)
    assert round_trip(np.float32(1.5), protocol) == 1.5
    np.testing.assert_array_equal(round_trip(array[::2, 1::2], protocol), [[1, 3], [9, 11]])
    np.testing.assert_array_equal(round_trip(np.zeros((0, 3)), protocol), np.zeros((0, 3)))
    assert round_trip(np.array(2.5), protocol) == 2.5


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_array_of_objects_is_nested_lists(protocol: int) -> None:
    array = np.empty((2, 1), object)
    array[:, 0] = [np.ones(2), {"a": np.eye(2)}]
    (first,), (second,) = round_trip(array, protocol)
    np.testing.assert_array_equal(first, [1, 1])
    np.testing.assert_array_equal(second["a"], np.eye(2))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("form", ["pair", "tuple", "named", "roles", "row", "numbered"])
def test_a_network_in_every_form(protocol: int, form: str, layers: Layers) -> None:
    weights, biases = [layers.w1, layers.w2], [layers.b1, layers.b2]
    forms = {
        "pair": [weights, biases],
        "tuple": (weights, biases),
        "named": {"W": weights, "B": biases},
        "roles": {"weights": weights, "biases": [row[:, None] for row in biases]},
        "row": [layers.w1, layers.b1, layers.w2, layers.b2],
        "numbered": {"W1": layers.w1, "b1": layers.b1, "W2": layers.w2, "b2": layers.b2},
    }
    stream = io.BytesIO(pickle.dumps(forms[form], protocol))
    foreign = read_pickled_network_from(stream, "a.pkl")
    assert foreign.layer_sizes == (12, 5, 3)
    np.testing.assert_array_equal(foreign.weights[0], layers.w1)
    np.testing.assert_array_equal(foreign.biases[1], layers.b2)


def test_is_known_by_its_first_bytes(layers: Layers) -> None:
    content = pickle.dumps([[layers.w1, layers.w2], [layers.b1, layers.b2]])
    found = read_any_network_from(io.BytesIO(content), "network.weights")
    np.testing.assert_array_equal(found.weights[1], layers.w2)  # type: ignore[union-attr]  # foreign, so it has them


def test_a_single_matrix_is_a_network_of_one_layer() -> None:
    foreign = read_pickled_network_from(io.BytesIO(pickle.dumps(np.ones((3, 2)))), "a.pkl", "outputs-inputs")
    assert foreign.layer_sizes == (2, 3)


def test_what_is_no_network_is_refused() -> None:
    for value in ([], {}, {"epoch": 3}, "text", [[], []]):
        with pytest.raises(NetworkError, match=r"a\.pkl"):
            read_pickled_network_from(io.BytesIO(pickle.dumps(value)), "a.pkl")


def test_nothing_may_follow() -> None:
    with pytest.raises(FileFormatError, match="must end with its pickle, after 4 bytes; got 7"):
        read_pickled_network_from(io.BytesIO(b"\x80\x02N.abc"), "a.pkl")


@pytest.mark.parametrize(
    ("shape", "kind", "content"),
    [
        ((10**9, 10), "f8", b"12345678"),  # 80 GB
        ((2**62, 2**62), "f8", b""),
        ((-1,), "f8", b""),
        ((1,) * 40, "f8", b"12345678"),
        ((True,), "f8", b"12345678"),
        ((1,), "O8", []),
        ((1,), "f8", "\u0100" * 8),
        ((1,), "f8", [1.0]),
        ((1,), "U1", b"\xff\xff\xff\xff"),
        ((2**39,), "S0", b""),  # texts of no bytes, which NumPy would give one
        ((2**35, 2**20), "U0", b""),
        ((0, 2**40, 2**40), "f8", b""),  # empty, and too large for NumPy all the same
        ((0, 2**40, 2**40), "O", []),
    ],
)
def test_claims_are_compared_before_memory_is_taken(shape: Any, kind: str, content: Any) -> None:
    """The same as NumPy writes, with another shape or other values."""
    reduced = (np.ndarray, (0,), b"b")

    class Array:
        def __reduce__(self) -> Any:
            function = np.empty(0).__reduce__()[0]
            return function, reduced, (1, shape, np.dtype(kind), False, content)

    data = pickle.dumps(Unchecked(Array().__reduce__()), 4)
    tracemalloc.start()
    try:
        with pytest.raises(FileFormatError, match="the array must hold a pickle of arrays only; got"):
            load_object_array(io.BytesIO(data), "the array")
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


class Unchecked:
    """Pickles to a call and a state, whatever they are."""

    def __init__(self, reduced: Any) -> None:
        self.reduced = reduced

    def __reduce__(self) -> Any:
        return self.reduced

    def __setstate__(self, state: Any) -> None:
        raise AssertionError("never loaded")


def test_structures_and_dates_are_no_numbers_of_a_network() -> None:
    for array in (np.zeros(2, [("a", "f4")]), np.zeros(2, "M8[s]")):
        with pytest.raises(FileFormatError, match="values of type"):
            round_trip(array, 4)


def test_an_array_that_is_never_filled_is_left_out() -> None:
    content = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR."
    assert load_object_array(io.BytesIO(content), "the array") is None
    assert plain({"a": (1, [2])}) == {"a": [1, [2]]}
