"""Write into docs/mistakes.md what a network gets wrong: images of the test set, and drawn digits.

    .venv/bin/python scripts/mistakes.py networks/best.nn [--data DIR] [--into docs]

Its worst mistakes are those it is surest of. The figures of drawn digits are taken from docs/drawn-digits.md, so run
`benchmarks/drawn_digits.py` with the network first.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nnapp.display.data_preview import image_sheet
from nnapp.display.wording import percent
from nnapp.engine.arrays import IntArray
from nnapp.engine.evaluation import Evaluation, evaluate
from nnapp.storage.datasets import load_dataset
from nnapp.storage.network_file import read_network

PROJECT = Path(__file__).resolve().parent.parent
N_SHOWN = 64
N_COLUMNS = 8
N_PAIRS = 8
SCALE = 3
PICTURE = "images/mistakes.png"
BEGIN, END = "<!-- mistakes: begin -->\n", "<!-- mistakes: end -->"


def main() -> int:
    """Evaluate the network and write section and picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", type=Path, help="file of the network")
    parser.add_argument("--data", default="mnist", help="data set whose test images it is asked about; default mnist")
    parser.add_argument("--into", type=Path, default=PROJECT / "docs", help="folder of mistakes.md; default docs")
    options = parser.parse_args()
    stored = read_network(options.network)
    dataset = load_dataset(options.data)
    result = evaluate(stored.network, dataset.test_images, dataset.test_labels, temperature=stored.metadata.temperature)
    surest = surest_mistakes(result)
    drawn = (options.into / "drawn-digits.md").read_text(encoding="utf-8")
    lines = [*_of_test_images(options.network.name, result, surest), "", *_of_drawings(options.network.stem, drawn)]
    _write_section(lines, options.into / "mistakes.md")
    shown = surest[:N_SHOWN]
    captions = [f"{index}: {result.labels[index]} as {result.predictions[index]}" for index in shown]
    enlarged = dataset.test_images[shown].repeat(SCALE, axis=1).repeat(SCALE, axis=2)
    image_sheet(enlarged, captions, N_COLUMNS).save(options.into / PICTURE, optimize=True)
    print(f"{len(surest)} mistakes of {result.n_images:,}; the {len(shown)} surest are in mistakes.md.")
    return 0


def surest_mistakes(result: Evaluation) -> IntArray:
    """Return the indices of the images that were taken for another class, the most confident answer first."""
    wrong = np.flatnonzero(result.predictions != result.labels)
    return wrong[np.argsort(-result.probabilities[wrong].max(axis=1), kind="stable")]


def _of_test_images(name: str, result: Evaluation, surest: IntArray) -> Iterator[str]:
    """Yield what there is to say about the mistakes on test images, and a table of them."""
    confidence = result.probabilities.max(axis=1)
    yield (
        f"Of {result.n_images:,} test images {name} takes {len(surest)} for another digit ({percent(result.error)}), "
        f"{int((confidence[surest] >= 0.9).sum())} of them with a confidence of 90 % or more. Of all its answers it "
        f"gives {int((confidence < 0.9).sum())} with less than 90 %, of which {int((confidence[surest] < 0.9).sum())} "
        f"are wrong."
    )
    second = np.argsort(-result.probabilities[surest], axis=1, kind="stable")[:, 1]
    n_second = int((second == result.labels[surest]).sum())
    yield ""
    yield f"Most often: {', '.join(_confusions(result))}. In {n_second} cases the digit is the second choice."
    yield ""
    yield f"![Its mistakes, the surest first: index, digit, and what it was taken for]({PICTURE})"
    yield ""
    yield "| index | digit | answer | confidence | probability of the digit |"
    yield "|--:|--:|--:|--:|--:|"
    for index in surest[:N_SHOWN]:
        label, answer = result.labels[index], result.predictions[index]
        of_digit = percent(float(result.probabilities[index, label]), 1)
        yield f"| {index} | {label} | {answer} | {percent(float(confidence[index]), 1)} | {of_digit} |"


def _confusions(result: Evaluation) -> list[str]:
    """Return the commonest mistakes, such as "4 for 9 (12 times)"."""
    counts = result.confusion.counts.copy()
    np.fill_diagonal(counts, 0)
    commonest = np.argsort(-counts, axis=None, kind="stable")[:N_PAIRS]
    pairs = [np.unravel_index(pair, counts.shape) for pair in commonest]
    return [f"{actual} for {taken} ({counts[actual, taken]})" for actual, taken in pairs if counts[actual, taken]]


def _of_drawings(name: str, document: str) -> Iterator[str]:
    """Yield which digits and hands fail, from what docs/drawn-digits.md tells of the network."""
    total = re.search(rf"^\| {re.escape(name)} \| reported \| (.*) \|$", document, re.MULTILINE)
    of_digits = re.search(
        rf"^{re.escape(name)}, by digit:$.*?^\| reported \| like MNIST \| (.*?) \|$", document, re.MULTILINE | re.DOTALL
    )
    if total is None or of_digits is None:
        sys.exit(f"drawn-digits.md must tell of {name}; run benchmarks/drawn_digits.py with it first.")
    in_total, careful, hasty = (_wrong(cell) for cell in total[1].split(" | ")[:3])
    yield (
        f"Of [drawn digits](drawn-digits.md) in styles that it has never seen, *Like MNIST*, it takes {in_total} % for "
        f"another: {careful} % of those drawn with care, {hasty} % of those drawn in haste. By digit:"
    )
    yield ""
    yield f"| digit | {' | '.join(map(str, range(10)))} |"
    yield f"|---|{'--:|' * 10}"
    yield f"| % wrong | {' | '.join(map(_wrong, of_digits[1].split(' | ')))} |"


def _wrong(right: str) -> str:
    """Return what a percentage leaves to 100, with one decimal."""
    return f"{100 - float(right):.1f}"


def _write_section(lines: list[str], document: Path) -> None:
    """Replace what stands between the marks in a document."""
    text = document.read_text(encoding="utf-8")
    before, mark, rest = text.partition(BEGIN)
    _, other_mark, after = rest.partition(END)
    if not (mark and other_mark):
        sys.exit(f"{document.name} must have a section between {BEGIN.strip()} and {END}.")
    document.write_text("".join([before, BEGIN, *(f"{line}\n" for line in lines), END, after]), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
