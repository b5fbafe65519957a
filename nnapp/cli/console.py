"""How results look on a terminal: sentences, tables and JSON lines."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nnapp.display.wording import percent
from nnapp.engine.evaluation import ConfusionMatrix, Evaluation
from nnapp.storage.exchange.array_names import shown_name

__all__ = [
    "complain",
    "confusion_table",
    "evaluation_as_json",
    "evaluation_table",
    "print_json",
    "printable",
    "remark",
    "warn",
]


def complain(sentence: str) -> None:
    """Print the sentence of an expected problem on stderr."""
    print(f"nnapp: {printable(sentence)}", file=sys.stderr)


def remark(sentence: str) -> None:
    """Print on stderr what was done that nobody asked for."""
    print(f"nnapp: {printable(sentence)}", file=sys.stderr)


def printable(text: str) -> str:
    """Return a text with nothing in it that a terminal takes for a command, as names in files of strangers may hold."""
    return "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text)


def warn(sentence: str) -> None:
    """Print a warning on stderr."""
    print(f"nnapp: warning: {printable(sentence)}", file=sys.stderr)


def print_json(record: Mapping[str, Any]) -> None:
    """Print one object as one line of strict JSON, not-a-number as null, and flush it."""
    print(json.dumps(_plain(record), ensure_ascii=False, allow_nan=False), flush=True)


def _plain(value: Any) -> Any:
    """Return a value in the types JSON has."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def evaluation_as_json(evaluation: Evaluation, class_names: Sequence[str]) -> dict[str, Any]:
    """Return what ``nnapp evaluate --json`` tells about an evaluation."""
    confusion = evaluation.confusion
    per_class = [
        {"class": name, "n_images": count, "precision": precision, "recall": recall}
        for name, count, precision, recall in zip(
            class_names, confusion.counts.sum(axis=1), confusion.precision, confusion.recall, strict=True
        )
    ]
    return {
        "accuracy": evaluation.accuracy,
        "loss": evaluation.loss,
        "n_images": evaluation.n_images,
        "confusion": confusion.counts,
        "per_class": per_class,
    }


def evaluation_table(evaluation: Evaluation, class_names: Sequence[str], title: str) -> str:
    """Return accuracy, loss, confusion matrix, and precision and recall of each class as text."""
    n_right = int(np.trace(evaluation.confusion.counts))
    return "\n".join(
        (
            f"{printable(title)}: {percent(evaluation.accuracy)} right "
            f"({n_right:,} of {evaluation.n_images:,} images), loss {evaluation.loss:.4f}",
            "",
            confusion_table(evaluation.confusion, class_names),
        )
    )


def confusion_table(confusion: ConfusionMatrix, class_names: Sequence[str]) -> str:
    """Return a confusion matrix as text: rows actual, columns predicted, recall and precision at the edges."""
    counts = [[f"{count:,}" if count else "·" for count in row] for row in confusion.counts.tolist()]
    recalls = [percent(recall) for recall in confusion.recall]
    precisions = [percent(precision) for precision in confusion.precision]
    names = [shown_name(name)[:12] for name in class_names]
    width = 2 + max(map(len, [*names, *precisions, *(cell for row in counts for cell in row)]))
    label_width = max(map(len, [*names, "precision", "actual"]))
    lines = [
        f"{'actual':<{label_width}}  predicted",
        " " * label_width + "".join(f"{name:>{width}}" for name in names) + f"{'recall':>11}",
    ]
    lines += [
        f"{name:<{label_width}}" + "".join(f"{cell:>{width}}" for cell in row) + f"{recall:>11}"
        for name, row, recall in zip(names, counts, recalls, strict=True)
    ]
    lines.append(f"{'precision':<{label_width}}" + "".join(f"{text:>{width}}" for text in precisions))
    return "\n".join(lines)
