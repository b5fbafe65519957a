"""The documents agree with the code: links lead somewhere, and the formulas are those of the engine.

The numbers of the worked example are in `test_docs_example.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from math import exp, log, tanh
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.engine import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES, Backpropagation, Network
from nnapp.engine.losses import check_pair
from nnapp.errors import SettingError

PROJECT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(path for folder in (".", "docs", "networks") for path in (PROJECT / folder).glob("*.md"))
MATHEMATICS = PROJECT / "docs" / "mathematics.md"

Row = list[float]


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def without_code(text: str) -> str:
    """Return a document without its fenced blocks, whose contents are not Markdown."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def links(path: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield the text, the file and the #anchor of each link to a place in the project."""
    for text, target in re.findall(r"\[([^\]]*)\]\(([^)\s]+)\)", without_code(path.read_text("utf-8"))):
        if "://" not in target:
            file, _, anchor = target.partition("#")
            yield text, (path.parent / file).resolve() if file else path, anchor


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", without_code(path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@cache
def defined_names(path: Path) -> set[str]:
    """Return what a module defines at its top, and what its classes define as `Class.name`."""

    def names(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.FunctionDef):
                yield prefix + node.name
            elif isinstance(node, ast.ClassDef):
                yield prefix + node.name
                yield from names(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from (prefix + target.id for target in targets if isinstance(target, ast.Name))

    return set(names(ast.parse(path.read_text("utf-8")).body))


def linked_names(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield each piece of code in the text of a link to a module, with the module."""
    for text, target, _ in links(path):
        for code in re.findall(r"`([^`]+)`", text):
            if target.suffix == ".py" and not code.endswith(".py") and "/" not in code:
                yield code.removesuffix("()").removeprefix("nnapp.").rpartition("/")[2], target


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    broken = [
        f"{text}: {name_of(target)}#{anchor}"
        for text, target, anchor in links(document)
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target))
    ]

    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_linked_names_are_defined_in_the_linked_file(document: Path) -> None:
    missing = [f"{name}: {target.name}" for name, target in linked_names(document) if name not in defined_names(target)]

    assert missing == []


def test_every_choice_is_derived() -> None:
    """The page links the function behind every activation, loss, initialiser, optimizer and schedule."""
    functions: list[Any] = [
        *(function for entry in ACTIVATIONS.values() for function in (entry.apply, entry.backpropagate)),
        *(function for entry in LOSSES.values() for function in (entry.per_sample, entry.gradient)),
        *(entry.per_sample_from_logits for entry in LOSSES.values()),
        *(entry.fill for entry in INITIALIZERS.values()),
        *OPTIMIZERS.values(),
        *(entry.multiplier for entry in SCHEDULES.values()),
    ]
    linked = {name for name, _ in linked_names(MATHEMATICS)}

    assert {function.__name__ for function in functions} - linked == set()


def test_every_choice_is_named() -> None:
    page = MATHEMATICS.read_text("utf-8")
    names = [*ACTIVATIONS, *LOSSES, *INITIALIZERS, *SCHEDULES]

    assert [name for name in names if f"| `{name}` |" not in page] == []


def formulas(path: Path) -> list[str]:
    """Return the mathematics between dollar signs, displays first."""
    text = re.sub(r"`[^`\n]*`", "", without_code(path.read_text("utf-8")))
    displays = re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL)
    return displays + re.findall(r"\$([^$]+)\$", re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL))


def test_mathematics_survives_markdown() -> None:
    """GitHub reads a page as Markdown first, which must not see emphasis, escapes, lists or tags in a formula."""
    hazards = {
        "escape": r"\\[^a-zA-Z]",
        "emphasis": r"\*|(?<![a-zA-Z0-9])_",
        "tag or table": r"[<>|]",
        "list or heading": r"^\s*([-+#]|\d+\.\s)",
        "not allowed by GitHub": r"\\(operatorname|newcommand|def|require)\b",
    }
    found = [
        (hazard, formula)
        for formula in formulas(MATHEMATICS)
        for hazard, pattern in hazards.items()
        if re.search(pattern, formula, re.MULTILINE if "\n" in formula else 0)
        and not (hazard == "list or heading" and "\n" not in formula)
    ]

    assert len(formulas(MATHEMATICS)) > 300
    assert found == []


def test_dollar_signs_stand_where_github_sees_them() -> None:
    """Inline mathematics starts after a space or bracket and ends before a space or punctuation."""
    text = re.sub(r"\$\$.*?\$\$", "", without_code(MATHEMATICS.read_text("utf-8")), flags=re.DOTALL)
    inline = re.compile(r"(?<!\S)[(*]*\$\S(?:[^$]*\S)?\$(?=[\s.,;:?!)*]|$)")

    assert "$" not in inline.sub("", text)


def test_examples_in_the_page_run() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", MATHEMATICS.read_text("utf-8"), re.DOTALL | re.MULTILINE)

    assert len(blocks) == 1
    for block in blocks:
        exec(compile(block, str(MATHEMATICS), "exec"), {"__name__": "example"})


# Losses (section 4) and δ of each pair (section 5), written down again in plain Python.

LOGITS = [0.7, -1.2, 0.3]
TARGETS = [0.0, 1.0, 0.0]


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def softmax(z: Row) -> Row:
    return [exp(value) / sum(map(exp, z)) for value in z]


def difference(a: Row, y: Row) -> Row:
    return [left - right for left, right in zip(a, y, strict=True)]


OUTPUTS: dict[str, Callable[[Row], Row]] = {
    "sigmoid": lambda z: [sigmoid(value) for value in z],
    "tanh": lambda z: [tanh(value) for value in z],
    "relu": lambda z: [max(0, value) for value in z],
    "leaky-relu": lambda z: [max(0.01 * value, value) for value in z],
    "linear": list,
    "softmax": softmax,
}
LOSS_SUMS: dict[str, Callable[[float, float], float]] = {
    "squared-error": lambda a, y: (a - y) ** 2 / 2,
    "cross-entropy": lambda a, y: -y * log(a),
    "binary-cross-entropy": lambda a, y: -y * log(a) - (1 - y) * log(1 - a),
}
DELTAS: dict[tuple[str, str], Callable[[Row, Row], Row]] = {
    ("squared-error", "linear"): difference,
    ("binary-cross-entropy", "sigmoid"): difference,
    ("cross-entropy", "softmax"): difference,
    ("squared-error", "sigmoid"): lambda a, y: [(p - t) * p * (1 - p) for p, t in zip(a, y, strict=True)],
    ("squared-error", "tanh"): lambda a, y: [(p - t) * (1 - p * p) for p, t in zip(a, y, strict=True)],
    ("squared-error", "relu"): lambda a, y: [p - t if p > 0 else 0 for p, t in zip(a, y, strict=True)],
    ("squared-error", "leaky-relu"): lambda a, y: [
        p - t if p > 0 else 0.01 * (p - t) for p, t in zip(a, y, strict=True)
    ],
    ("squared-error", "softmax"): lambda a, y: [
        p * (p - t - sum(q * (q - s) for q, s in zip(a, y, strict=True))) for p, t in zip(a, y, strict=True)
    ],
    ("binary-cross-entropy", "softmax"): lambda a, y: [
        (p - t) / (1 - p) - p * sum((q - s) / (1 - q) for q, s in zip(a, y, strict=True))
        for p, t in zip(a, y, strict=True)
    ],
}


def test_page_derives_exactly_the_allowed_pairs() -> None:
    row = r"^\| `([\w-]+)` \| `([\w-]+)` \| .* \| (natural|general) \|$"
    rows = re.findall(row, MATHEMATICS.read_text("utf-8"), re.MULTILINE)
    derived = {(loss, output): way == "natural" for loss, output, way in rows}
    allowed = {
        (rule.name, output): output == rule.natural_output for rule in LOSSES.values() for output in rule.outputs
    }

    assert len(rows) == len(derived)
    assert derived == allowed
    assert set(DELTAS) == set(allowed)


def test_all_other_pairs_are_refused() -> None:
    for loss in LOSSES:
        for output in ACTIVATIONS:
            if (loss, output) not in DELTAS:
                with pytest.raises(SettingError, match=output):
                    check_pair(loss, output)


@pytest.mark.parametrize(("loss", "output"), DELTAS)
def test_loss_and_error_of_the_outputs_are_as_derived(loss: str, output: str) -> None:
    """A layer without weights has the biases as logits, and δ is the gradient of the biases."""
    network = Network.from_activations([1, 3], [output], dtype=np.float64)
    network.parameters[:] = [0, 0, 0, *LOGITS]
    backpropagation = Backpropagation(network, LOSSES[loss])
    a = OUTPUTS[output](LOGITS)

    computed = backpropagation.run(np.zeros((1, 1)), np.array([TARGETS]))

    assert computed == pytest.approx(sum(map(LOSS_SUMS[loss], a, TARGETS)))
    assert backpropagation.gradient[3:] == pytest.approx(DELTAS[loss, output](a, TARGETS))
