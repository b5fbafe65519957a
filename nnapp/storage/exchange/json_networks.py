"""Networks in JSON: Nielsen's, scikit-learn's attributes, and plain lists of weights and biases.

- ``{"sizes": [784, 30, 10], "weights": […], "biases": […], "cost": "CrossEntropyCost"}`` is what
  ``network2.py`` of Nielsen's book saves (http://neuralnetworksanddeeplearning.com/chap3.html): sigmoid
  everywhere, inputs 0…1, weights outputs × inputs, biases as columns.
- ``{"coefs": […], "intercepts": […], "activation": "relu", "out_activation_": "softmax"}`` are attributes
  of scikit-learn's ``MLPClassifier``, inputs × outputs.
- ``{"layers": [{"weights": …, "biases": …, "activation": "relu"}, …]}``, ``{"W1": …, "b1": …}`` and what
  else `array_layouts` understands.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.exchange.array_layouts import Orientation, network_from_arrays
from nnapp.storage.exchange.foreign_network import ForeignNetwork
from nnapp.storage.exchange.network_content import NetworkContent
from nnapp.storage.strict_json import decode_json_object

__all__ = ["MAX_JSON_NETWORK_BYTES", "read_json_network_from"]

MAX_JSON_NETWORK_BYTES = 2**25
"""Longest file: some 1.6 million weights of 20 characters, whose Python objects take ten times as much."""

_MAX_CONTAINERS = _MAX_QUOTES = 2**20  # Python takes twenty times as much for short lists, objects and texts as JSON

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NIELSEN_KEYS = {"sizes", "weights", "biases", "cost"}
_NIELSEN_LOSSES = {"CrossEntropyCost": "binary-cross-entropy", "QuadraticCost": "squared-error"}


def read_json_network_from(stream: BinaryIO, name: str, orientation: Orientation | None = None) -> ForeignNetwork:
    """Read a network from JSON.

    Parameters
    ----------
    stream : binary file object
    name : str
        What to call it in the sentence of an error.
    orientation : str, optional
        What a person says about the weights, see `network_from_arrays`.

    Raises
    ------
    FileFormatError
        If the bytes are no JSON object by the rules of `strict_json`.
    NetworkError, MissingAnswerError
        As `network_from_arrays`.
    """
    data = stream.read(MAX_JSON_NETWORK_BYTES + 1)
    if len(data) > MAX_JSON_NETWORK_BYTES:
        raise FileFormatError(f"{name} must have at most {MAX_JSON_NETWORK_BYTES:,} bytes of JSON; got more.")
    _check_marks(data, name)
    document = decode_json_object(data.removeprefix(_BYTE_ORDER_MARK), name)
    del data
    is_nielsen = document.keys() >= _NIELSEN_KEYS
    sizes = document.pop("sizes", None)
    content = NetworkContent(name)
    content.add("", document)
    words = content.words
    implied: Orientation | None = None
    if is_nielsen:
        words |= _nielsen_words(document["cost"])
        implied = "outputs-inputs"
    foreign = network_from_arrays(content.arrays, name, orientation=orientation, implied=implied, words=words)
    if isinstance(sizes, list) and sizes != list(foreign.layer_sizes):
        raise NetworkError(
            f"The weights in {name} must be for the layers that it gives as sizes, {str(sizes)[:60]}; "
            f"got those for {list(foreign.layer_sizes)}."
        )
    return foreign


def _check_marks(data: bytes, name: str) -> None:
    """Refuse lists, objects and texts that are far more than a network has, before memory is taken for them."""
    n_containers, n_quotes = data.count(b"[") + data.count(b"{"), data.count(b'"')
    if n_containers > _MAX_CONTAINERS:
        raise FileFormatError(f"{name} must hold at most {_MAX_CONTAINERS:,} lists and objects; got {n_containers:,}.")
    if n_quotes > _MAX_QUOTES:
        raise FileFormatError(f"{name} must hold at most {_MAX_QUOTES // 2:,} texts; got {n_quotes // 2:,}.")


def _nielsen_words(cost: Any) -> dict[str, Any]:
    words = {"activations": [], "hidden_activation": "sigmoid", "output_activation": "sigmoid", "input_scale": "unit"}
    loss = _NIELSEN_LOSSES.get(str(cost))
    return words | ({"loss": loss} if loss else {})
