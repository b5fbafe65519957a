"""The worked example of docs/mathematics.md, computed again without NumPy and without the engine.

Three independent sources have to agree: plain Python here, the numbers printed on the page, and the engine;
for a part of them also a published page.
"""

from __future__ import annotations

import re
from functools import cache
from math import exp, log, prod
from pathlib import Path

import numpy as np
import pytest

from nnapp.engine import LOSSES, SGD, Backpropagation, Network

MATHEMATICS = Path(__file__).resolve().parent.parent / "docs" / "mathematics.md"

Row = list[float]
Matrix = list[Row]

INPUTS, TARGETS = [0.05, 0.10], [0.01, 0.99]
WEIGHTS_1, BIASES_1 = [[0.15, 0.20], [0.25, 0.30]], [0.35, 0.35]
WEIGHTS_2, BIASES_2 = [[0.40, 0.45], [0.50, 0.55]], [0.60, 0.60]
LEARNING_RATE = 0.5
PARAMETERS = ("W^{(1)}", "b^{(1)}", "W^{(2)}", "b^{(2)}")  # in the order of the parameter vector


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def softmax(z: Row) -> Row:
    return [exp(value) / sum(map(exp, z)) for value in z]


def difference(a: Row, y: Row) -> Row:
    return [left - right for left, right in zip(a, y, strict=True)]


def weighted_sums(weights: Matrix, biases: Row, a: Row) -> Row:
    return [sum(map(prod, zip(row, a, strict=True))) + bias for row, bias in zip(weights, biases, strict=True)]


def outer(delta: Row, a: Row) -> Matrix:
    return [[d * value for value in a] for d in delta]


def back_through(weights: Matrix, delta: Row) -> Row:
    return [sum(map(prod, zip(delta, column, strict=True))) for column in zip(*weights, strict=True)]


def times_sigmoid_derivative(gradient: Row, a: Row) -> Row:
    return [g * value * (1 - value) for g, value in zip(gradient, a, strict=True)]


def stepped(values: Row, gradient: Row) -> Row:
    return [value - LEARNING_RATE * g for value, g in zip(values, gradient, strict=True)]


def half_square(a: Row) -> float:
    return sum(d * d for d in difference(a, TARGETS)) / 2


@cache
def worked_example() -> dict[str, Matrix]:
    """Return every matrix of the example by the formula that stands before it on the page."""
    z1 = weighted_sums(WEIGHTS_1, BIASES_1, INPUTS)
    a1 = [sigmoid(z) for z in z1]
    z2 = weighted_sums(WEIGHTS_2, BIASES_2, a1)
    a2 = [sigmoid(z) for z in z2]
    delta2 = times_sigmoid_derivative(difference(a2, TARGETS), a2)
    hidden_gradient = back_through(WEIGHTS_2, delta2)
    delta1 = times_sigmoid_derivative(hidden_gradient, a1)
    new_weights1 = [stepped(*rows) for rows in zip(WEIGHTS_1, outer(delta1, INPUTS), strict=True)]
    new_weights2 = [stepped(*rows) for rows in zip(WEIGHTS_2, outer(delta2, a1), strict=True)]
    new_biases1, new_biases2 = stepped(BIASES_1, delta1), stepped(BIASES_2, delta2)
    new_a1 = [sigmoid(z) for z in weighted_sums(new_weights1, new_biases1, INPUTS)]
    new_a2 = [sigmoid(z) for z in weighted_sums(new_weights2, new_biases2, new_a1)]
    shares = softmax(z2)
    share_delta2 = difference(shares, TARGETS)
    share_delta1 = times_sigmoid_derivative(back_through(WEIGHTS_2, share_delta2), a1)
    share_loss = -sum(y * log(a) for y, a in zip(TARGETS, shares, strict=True))
    return {
        "x": [INPUTS],
        "y": [TARGETS],
        "W^{(1)}": WEIGHTS_1,
        "b^{(1)}": [BIASES_1],
        "W^{(2)}": WEIGHTS_2,
        "b^{(2)}": [BIASES_2],
        "z^{(1)}": [z1],
        "a^{(1)}": [a1],
        "z^{(2)}": [z2],
        "a^{(2)}": [a2],
        r"\ell": [[half_square(a2)]],
        r"\delta^{(2)}": [delta2],
        r"\partial \ell / \partial W^{(2)}": outer(delta2, a1),
        r"\partial \ell / \partial b^{(2)}": [delta2],
        r"\partial \ell / \partial a^{(1)}": [hidden_gradient],
        r"\delta^{(1)}": [delta1],
        r"\partial \ell / \partial W^{(1)}": outer(delta1, INPUTS),
        r"\partial \ell / \partial b^{(1)}": [delta1],
        r"W^{(1)} \leftarrow": new_weights1,
        r"b^{(1)} \leftarrow": [new_biases1],
        r"W^{(2)} \leftarrow": new_weights2,
        r"b^{(2)} \leftarrow": [new_biases2],
        r"\ell \leftarrow": [[half_square(new_a2)]],
        r"a_{\mathrm{softmax}}^{(2)}": [shares],
        r"\ell_{\mathrm{softmax}}": [[share_loss]],
        r"\delta_{\mathrm{softmax}}^{(2)}": [share_delta2],
        r"\delta_{\mathrm{softmax}}^{(1)}": [share_delta1],
    }


def section_of_the_example() -> str:
    return MATHEMATICS.read_text("utf-8").partition("## 7. ")[2].partition("\n## 8. ")[0]


def printed_matrices() -> dict[str, Matrix]:
    """Return every matrix that the page prints, by what stands before the first equals sign or arrow."""
    found: dict[str, Matrix] = {}
    for display in re.findall(r"\$\$\n(.*?)\n\$\$", section_of_the_example(), re.DOTALL):
        start, _, rest = display.rpartition(r"\begin{bmatrix}")
        left, sign, _ = re.split(r"(=|\\leftarrow)", start, maxsplit=1)
        name = left.strip() if sign == "=" else f"{left.strip()} {sign}"
        rows = rest.removesuffix(r"\end{bmatrix}").split(r"\cr")
        assert name not in found
        found[name] = [[float(number) for number in row.split("&")] for row in rows]
    return found


def flat(matrices: list[Matrix]) -> Row:
    return [number for matrix in matrices for row in matrix for number in row]


def test_worked_example_prints_the_right_numbers() -> None:
    printed, expected = printed_matrices(), worked_example()

    assert list(printed) == list(expected)
    for name, matrix in expected.items():
        assert np.array(printed[name]) == pytest.approx(np.array(matrix), rel=0, abs=0.5001e-6), name


def test_worked_example_repeats_its_numbers_rightly() -> None:
    """Numbers with six decimals in the sentences, too, are some number of the example, rounded."""
    steps = [difference([a], [y])[0] for a, y in zip(worked_example()["a^{(2)}"][0], TARGETS, strict=True)]
    known = [*flat(list(worked_example().values())), *steps, *(step**2 for step in steps)]
    known.append(1 - worked_example()["a^{(2)}"][0][0])
    printed = [float(number) for number in re.findall(r"-?\d+\.\d{6}\b", section_of_the_example())]

    assert len(printed) > 60
    assert [number for number in printed if min(abs(number - value) for value in known) > 0.5001e-6] == []


def test_worked_example_agrees_with_mazur() -> None:
    """Figures published in "A step by step backpropagation example" (2015); his weights w1…w8."""
    example = worked_example()

    assert example["a^{(1)}"][0] == pytest.approx([0.593269992, 0.596884378], abs=1e-9)
    assert example["a^{(2)}"][0] == pytest.approx([0.75136507, 0.772928465], abs=1e-8)
    assert example[r"\ell"][0][0] == pytest.approx(0.298371109, abs=1e-9)
    assert flat([example[r"W^{(1)} \leftarrow"]]) == pytest.approx(
        [0.149780716, 0.19956143, 0.24975114, 0.29950229], abs=1e-8
    )
    assert flat([example[r"W^{(2)} \leftarrow"]]) == pytest.approx(
        [0.35891648, 0.408666186, 0.511301270, 0.561370121], abs=1e-8
    )


def example_network(output_activation: str) -> Network:
    """Return the network of the example, in double precision and in the order of the parameter vector."""
    network = Network.from_activations([2, 2, 2], ["sigmoid", output_activation], dtype=np.float64)
    network.parameters[:] = flat([WEIGHTS_1, [BIASES_1], WEIGHTS_2, [BIASES_2]])
    return network


def test_engine_computes_the_worked_example() -> None:
    example = worked_example()
    network = example_network("sigmoid")
    inputs, targets = np.array([INPUTS]), np.array([TARGETS])
    backpropagation = Backpropagation(network, LOSSES["squared-error"])
    optimizer = SGD(network.parameters)

    _, hidden, outputs = network.activations(inputs)
    logits = network.logits(inputs)
    loss = backpropagation.run(inputs, targets)
    gradient = backpropagation.gradient.copy()
    optimizer.update(backpropagation.gradient, LEARNING_RATE)
    new_loss = backpropagation.run(inputs, targets)

    assert hidden == pytest.approx(np.array(example["a^{(1)}"]))
    assert logits == pytest.approx(np.array(example["z^{(2)}"]))
    assert outputs == pytest.approx(np.array(example["a^{(2)}"]))
    assert loss == pytest.approx(example[r"\ell"][0][0])
    assert gradient == pytest.approx(flat([example[rf"\partial \ell / \partial {name}"] for name in PARAMETERS]))
    assert network.parameters == pytest.approx(flat([example[rf"{name} \leftarrow"] for name in PARAMETERS]))
    assert new_loss == pytest.approx(example[r"\ell \leftarrow"][0][0])


def test_engine_computes_the_worked_example_with_softmax() -> None:
    example = worked_example()
    network = example_network("softmax")
    inputs = np.array([INPUTS])
    backpropagation = Backpropagation(network, LOSSES["cross-entropy"])

    loss = backpropagation.run(inputs, np.array([TARGETS]))
    delta1, delta2 = backpropagation.gradient[4:6], backpropagation.gradient[10:12]  # the biases' gradients

    assert network.forward(inputs) == pytest.approx(np.array(example[r"a_{\mathrm{softmax}}^{(2)}"]))
    assert loss == pytest.approx(example[r"\ell_{\mathrm{softmax}}"][0][0])
    assert delta2 == pytest.approx(example[r"\delta_{\mathrm{softmax}}^{(2)}"][0])
    assert delta1 == pytest.approx(example[r"\delta_{\mathrm{softmax}}^{(1)}"][0])
