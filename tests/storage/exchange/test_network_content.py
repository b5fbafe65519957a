"""What a file holds, taken apart to arrays and words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnapp.errors import NetworkError
from nnapp.storage.exchange.network_content import NetworkContent


def content_of(**values: Any) -> NetworkContent:
    content = NetworkContent("the file")
    for name, value in values.items():
        content.add(name, value)
    return content


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ([np.ones((2, 3)), np.ones((1, 2))], ["weights_0", "weights_1"]),
        ((np.ones((2, 3)), np.ones((1, 2))), ["weights_0", "weights_1"]),
        (np.array([np.ones((2, 3)), np.ones((1, 2)), None], object), ["weights_0", "weights_1"]),
        (np.ones((4, 2, 2)), ["weights_0", "weights_1", "weights_2", "weights_3"]),
        ({"a": np.ones((2, 3)), "b": {"c": np.ones(2)}}, ["weights/a", "weights/b/c"]),
        ([[1, 2], [3, 4]], ["weights"]),
        ([[[1, 2], [3, 4]], [[5, 6]]], ["weights_0", "weights_1"]),
        (3, ["weights"]),
    ],
)
def test_lists_are_taken_apart(value: Any, names: list[str]) -> None:
    assert list(content_of(weights=value).arrays) == names


@pytest.mark.parametrize(
    ("value", "shapes"),
    [
        ([1, 2, 3], [(3,)]),
        ([[1, 2], [3, 4]], [(2,), (2,)]),  # of two layers
        ([[1, 2], [3]], [(2,), (1,)]),
        ([[1], [2], [3]], [(3, 1)]),  # a column
        ([[[1], [2]], [[3]]], [(2, 1), (1, 1)]),  # Nielsen's columns
    ],
)
def test_lists_of_biases_are_vectors(value: Any, shapes: list[tuple[int, ...]]) -> None:
    assert [array.shape for array in content_of(biases=value).arrays.values()] == shapes


def test_words() -> None:
    content = content_of(
        activation="relu",
        class_names=np.array(["a", "b"]),
        loss=b"no text",
        output=np.array(b"softmax"),
        activations=["relu", "tanh"],
        input_shape=np.array([2, 3]),
        input_scale=np.array([0.5, 0.25]),
    )
    assert content.arrays == {}
    assert content.words == {
        "activation": "relu",
        "class_names": ["a", "b"],
        "output": "softmax",
        "activations": ["relu", "tanh"],
        "input_shape": [2, 3],
        "input_scale": [0.5, 0.25],
    }


def test_words_in_a_dictionary_of_the_whole_network() -> None:
    assert content_of(model={"activation": "relu"}).words["activation"] == "relu"
    assert "activation" not in content_of(layers=[{"activation": "relu"}, {"activation": "tanh"}]).words


def test_texts_are_limited_over_all_arrays() -> None:
    """65,535 texts are the names of as many classes as there may be."""
    texts = np.full(40_000, "a")
    assert list(content_of(first=texts, second=texts).words) == ["first"]
    assert list(content_of(long=np.zeros(20, "S1000000"), short=np.array(["a"])).words) == []


def test_nesting_and_number_of_arrays_are_limited() -> None:
    nested: Any = np.ones(2)
    for _ in range(10):
        nested = [nested, None]
    with pytest.raises(NetworkError, match="at most 8 deep"):
        content_of(weights=nested)
    with pytest.raises(NetworkError, match="at most 4,096 arrays"):
        content_of(weights=np.ones((4097, 1, 1)))


def test_biases_that_numpy_has_stacked() -> None:
    assert list(content_of(biases=np.zeros((2, 3))).arrays) == ["biases_0", "biases_1"]
    for shape in ((1, 3), (3, 1), (3,)):
        assert list(content_of(biases=np.zeros(shape)).arrays) == ["biases"]
    assert list(content_of(biases_1=np.zeros((2, 3))).arrays) == ["biases_1"]


def test_two_arrays_of_one_name() -> None:
    content = content_of(weights=[np.ones((2, 3))])
    with pytest.raises(NetworkError, match="must have different names; got weights_0 twice"):
        content.add("weights_0", np.ones((2, 3)))


def test_what_takes_more_memory_than_its_file() -> None:
    with pytest.raises(NetworkError, match="at most 65,536 values"):
        content_of(weights=[[]] * 65_536)
    # A name goes into those of all that is inside.
    with pytest.raises(NetworkError, match="at most 1,000 characters"):
        content_of(**{"a" * 990: {"b" * 9: np.ones(1), "c" * 10: np.ones(1)}})
