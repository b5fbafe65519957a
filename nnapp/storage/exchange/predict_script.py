"""Write a network as a Python script of one page that recognises images by itself, with NumPy and nothing else.

The weights stand at the end of the script, as float32 in Base64. Texts of the network's file, such as
the names of classes, only get into it as literals of Python in ASCII: a script that is made of a
network of unknown origin runs nothing but what stands in this module.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from nnapp.errors import NetworkError
from nnapp.storage.files import atomic_writer
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_payload import encode_parameters

__all__ = ["MAX_SCRIPT_PARAMETERS", "write_predict_script", "write_predict_script_to"]

MAX_SCRIPT_PARAMETERS = 20_000_000
"""Most weights and biases: a script of 100 MB. Python takes four times that to load it."""

_LINE_LENGTH = 120
_LINE_BYTES = 90  # of weights, which become 120 characters

_START = '''\
"""Recognise images with a neural network, {sizes}. Needs NumPy, and nothing else. Made by nnapp.

    python {name} pixels.csv            a row of {n_inputs} numbers, 0 to 255, for each image
    python {name} images.npy            an array (images, {n_inputs}) or (images, height, width)

    from {module} import CLASS_NAMES, predict
    probabilities = predict(images)         # array (images, {n_outputs}), each row sums to 1

Pixels are row by row, 0 for paper and 255 for full ink. Arrays of floats that are 0 to 1 must be
multiplied by 255 first. A row of a CSV file with one number more starts with its label, which is
left out; a first line of names is left out too.
"""

import base64
import sys

import numpy as np

LAYER_SIZES = {layer_sizes}
ACTIVATIONS = {activations}
CLASS_NAMES = {class_names}


def activate(z, activation):
    """Return the activations of a layer for its weighted sums, an array (images, neurons)."""
{branches}

def layers():
    """Yield the weights (outputs, inputs), the biases (outputs,) and the activation of each layer."""
    values = np.frombuffer(base64.b64decode(PARAMETERS), "<f4")
    for n_inputs, n_outputs, activation in zip(LAYER_SIZES[:-1], LAYER_SIZES[1:], ACTIVATIONS, strict=True):
        weights, biases, values = np.split(values, [n_inputs * n_outputs, (n_inputs + 1) * n_outputs])
        yield weights.reshape(n_outputs, n_inputs), biases, activation


def predict(images):
    """Return the probability of every class for images (images, …) with pixels of 0 to 255."""
    a = np.asarray(images, np.float32).reshape(len(images), LAYER_SIZES[0]) / 255
    for weights, biases, activation in layers():
        a = activate(a @ weights.T + biases, activation)
{probabilities}

def read_images(path):
    """Return the pixels in a file, an array (images, …)."""
    if path.endswith(".npy"):
        images = np.load(path)
        return images[np.newaxis] if images.size == LAYER_SIZES[0] else images
    with open(path, encoding="utf-8-sig") as file:
        first = file.readline().split(",")[0]
    try:
        float(first)
        n_skipped = 0
    except ValueError:
        n_skipped = 1
    return np.loadtxt(path, delimiter=",", skiprows=n_skipped, ndmin=2, encoding="utf-8-sig")[:, -LAYER_SIZES[0] :]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for path in sys.argv[1:]:
        try:
            probabilities = predict(read_images(path))
        except (OSError, ValueError) as error:
            sys.exit(
                f"{{path}} must be a CSV file or an .npy array with {{LAYER_SIZES[0]:,}} numbers of 0 to 255 for each "
                f"image, not a picture; it cannot be used: {{error}}."
            )
        for number, row in enumerate(probabilities):
            best = int(row.argmax())
            print(f"{{path}} image {{number}}: {{CLASS_NAMES[best]}} ({{row[best]:.1%}})")


'''

_BRANCHES = {
    "sigmoid": '        with np.errstate(over="ignore"):\n            return 1 / (1 + np.exp(-z))\n',
    "relu": "        return np.maximum(z, 0)\n",
    "leaky-relu": "        return np.maximum(z, np.float32(0.01) * z)\n",
    "tanh": "        return np.tanh(z)\n",
    "linear": "        return z\n",
    "softmax": (
        "        exponentials = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "        return exponentials / exponentials.sum(axis=1, keepdims=True)\n"
    ),
}
_TEMPERATURE = "        z = z / np.float32({!r})  # the temperature, at which probabilities mean what they say\n"
_SOFTMAX_PROBABILITIES = "    return a\n"
_OTHER_PROBABILITIES = """\
    shares = np.maximum(a, 0)  # outputs that are no probabilities by themselves
    shares[shares.sum(axis=1) == 0] = 1
    return shares / shares.sum(axis=1, keepdims=True)
"""
_END = '''\
"""

if __name__ == "__main__":
    main()
'''


def write_predict_script(path: str | os.PathLike[str], stored: StoredNetwork) -> None:
    """Write the script; an earlier file is replaced only when the new one is complete.

    Raises
    ------
    NetworkError
        If a weight is not finite, or there are more than `MAX_SCRIPT_PARAMETERS`.
    StorageError
        If the file cannot be written.
    """
    with atomic_writer(path) as stream:
        write_predict_script_to(stream, stored, os.path.basename(os.fspath(path)))


def write_predict_script_to(stream: BinaryIO, stored: StoredNetwork, name: str = "predict.py") -> None:
    """Write the bytes of the script to a stream; `name` is what its own text calls it. Errors as above."""
    network = stored.network
    if network.n_parameters > MAX_SCRIPT_PARAMETERS:
        raise NetworkError(
            f"A network must have at most {MAX_SCRIPT_PARAMETERS:,} weights and biases to be written as a script; "
            f"got {network.n_parameters:,}."
        )
    parameters = encode_parameters(network)
    if not name.removesuffix(".py").isidentifier() or not name.isascii():
        name = "predict.py"  # a name that cannot be imported, or that would not be a text of Python
    is_softmax = network.output_activation == "softmax"
    start = _START.format(
        name=name,
        module=name.removesuffix(".py"),
        sizes="-".join(map(str, network.layer_sizes)),
        n_inputs=network.n_inputs,
        n_outputs=network.n_outputs,
        layer_sizes=_literal("LAYER_SIZES", list(map(str, network.layer_sizes))),
        activations=_literal("ACTIVATIONS", list(map(_text, network.activation_names))),
        class_names=_literal("CLASS_NAMES", list(map(_text, stored.class_names))),
        branches=_activation_branches(network.activation_names, stored.metadata.temperature),
        probabilities=_SOFTMAX_PROBABILITIES if is_softmax else _OTHER_PROBABILITIES,
    )
    stream.write(start.encode("utf-8"))
    stream.write(b'PARAMETERS = """\n')
    stream.writelines(_lines(parameters))
    stream.write(_END.encode("utf-8"))


def _activation_branches(names: Sequence[str], temperature: float) -> str:
    """Return the body of `activate` for the activations that the network has."""
    branches = dict(_BRANCHES)
    if temperature != 1:
        branches["softmax"] = _TEMPERATURE.format(float(temperature)) + branches["softmax"]
    used = [name for name in _BRANCHES if name in names]
    if len(used) == 1:
        return "".join(line[4:] + "\n" for line in branches[used[0]].splitlines())
    *first, last = used
    conditions = "".join(f"    if activation == {_text(name)}:\n{branches[name]}" for name in first)
    return conditions + "".join(line[4:] + "\n" for line in branches[last].splitlines())


def _literal(variable: str, items: Sequence[str]) -> str:
    """Return a list of Python, on one line where it fits."""
    line = f"[{', '.join(items)}]"
    if len(f"{variable} = {line}") <= _LINE_LENGTH:
        return line
    return "[\n" + "".join(f"    {item},\n" for item in items) + "]"


def _text(text: str) -> str:
    """Return a literal of Python for a text, in ASCII: what is in the text can never end it."""
    escaped = text.encode("unicode_escape").decode("ascii").replace('"', '\\"')
    return f'"{escaped}"'


def _lines(parameters: memoryview) -> Iterator[bytes]:
    for start in range(0, len(parameters), _LINE_BYTES):
        yield base64.b64encode(parameters[start : start + _LINE_BYTES]) + b"\n"
