"""Time of a search on two cores, against the same runs one after another with two threads for the matrix products.

    make bench-search
    python benchmarks/search.py --repeats 2 --cpus 0,1

24 runs of 5 epochs on the 60,000 training images of MNIST, or on noise of the same size where MNIST is not at hand. The
time of the search is all of it: processes started, images sent to them, networks and journal written and synchronised
with the disk. One after another there is nothing but training. Each is measured in a process of its own, alternately,
with the data loaded before the clock starts, and all runs must come to the same validation losses to within a rounding
error. The result goes to docs/grid-search.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from machine import PROJECT, describe_machine, load_images, prepare, write_section

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnapp.search.plan import SearchPlan

DOCUMENT = PROJECT / "docs" / "grid-search.md"
GOAL = 0.6
"""Time of the search over that of the runs one after another, at most."""

LARGEST_LOSS_DIFFERENCE = 0.15
"""Relative difference of the mean validation losses: one thread sums in another order than two, which adds up."""

WAYS = ("search", "one after another")


def main() -> int:
    """Run the benchmark, and return 1 if the runs came to something else."""
    options = _parse()
    if options.way:
        prepare(1 if options.way == WAYS[0] else options.threads, options.cpus or _first_processors(options.threads))
        return _measure(options)
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for repeat in range(options.repeats):
        for way in WAYS:
            found[way].append(_in_process(way))
            print(f"{repeat + 1}: {way} {found[way][-1][0]:.1f} s", flush=True)
    seconds = {way: statistics.median(s for s, _ in results) for way, results in found.items()}
    losses = {way: results[0][1] for way, results in found.items()}
    # Of each pair, which the machine was equally busy for, and not of medians of different moments.
    ratio = statistics.median(ours / theirs for (ours, _), (theirs, _) in zip(*found.values(), strict=True))
    runs = f"24 runs of {options.epochs} epoch" + ("" if options.epochs == 1 else "s")
    lines = [
        f"{runs} on {_source(options)}: {seconds[WAYS[0]]:.1f} s as a search with {options.threads} processes, "
        f"{seconds[WAYS[1]]:.1f} s one after another with {options.threads} threads: **{ratio:.2f}** of the time "
        f"(goal: at most {GOAL:g}). Medians of {options.repeats}.",
        "",
        _machine(options),
    ]
    print("\n".join(lines))
    if not options.dry_run:
        write_section("search", lines, DOCUMENT)
    is_alike = abs(losses[WAYS[0]] - losses[WAYS[1]]) <= LARGEST_LOSS_DIFFERENCE * losses[WAYS[1]]
    if not is_alike:
        print(f"The mean validation losses differ: {losses}.", file=sys.stderr)
    return 0 if is_alike else 1


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="measurements of each; default 3")
    parser.add_argument("--epochs", type=int, default=5, help="of each run; default 5")
    parser.add_argument("--images", type=int, default=0, help="per epoch; default all")
    parser.add_argument("--threads", type=int, default=2, help="processors everyone may use; default 2")
    parser.add_argument("--cpus", default="", help="numbers of the processors, such as 2,3 (Linux)")
    parser.add_argument("--data", help="folder of MNIST; by default looked for as nnapp does and beside the project")
    parser.add_argument("--dry-run", action="store_true", help="leave docs/grid-search.md as it is")
    parser.add_argument("--way", choices=WAYS, default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def _first_processors(count: int) -> str:
    """Return the numbers of the first processors that this process may use."""
    return ",".join(map(str, sorted(os.sched_getaffinity(0))[:count])) if hasattr(os, "sched_getaffinity") else ""


def _in_process(way: str) -> tuple[float, float]:
    """Measure in a process of its own; return seconds and the mean validation loss."""
    command = [sys.executable, __file__, *sys.argv[1:], "--way", way]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    seconds, loss = json.loads(output.splitlines()[-1])
    return seconds, loss


def _source(options: argparse.Namespace) -> str:
    prepare(options.threads, options.cpus)
    return load_images(options.data)[2]


def _machine(options: argparse.Namespace) -> str:
    return describe_machine(options.threads)


def _measure(options: argparse.Namespace) -> int:
    """Do all runs in one way, and print how long they took and what they came to."""
    images, labels, _ = load_images(options.data)
    plan = _plan(options)
    started = time.perf_counter()
    run = _searched if options.way == WAYS[0] else _one_after_another
    losses = run(plan, images, labels, options.threads)
    print(json.dumps([time.perf_counter() - started, statistics.fmean(losses)]))
    return 0


def _plan(options: argparse.Namespace) -> SearchPlan:
    """Return 24 configurations of networks as people search them."""
    from nnapp.engine import Settings
    from nnapp.search.axes import parse_axis
    from nnapp.search.plan import SearchPlan

    axes = {"hidden": "64; 128, 64; 256", "learning_rate": "0.0003..0.003:4:log", "batch_size": "64, 128"}
    settings = Settings(epochs=options.epochs, images_per_epoch=options.images)
    return SearchPlan(settings, tuple(parse_axis(name, text) for name, text in axes.items()))


def _one_after_another(
    plan: SearchPlan, images: NDArray[np.uint8], labels: NDArray[np.int64], n_workers: int
) -> list[float]:
    from nnapp.engine import Trainer

    losses = []
    for spec in plan.runs():
        trainer = Trainer(spec.settings.new_network(784, 10), images, labels, spec.settings)
        for _ in trainer.run():
            pass
        losses.append(trainer.best.validation_loss if trainer.best else None)
    return [loss for loss in losses if loss is not None]


def _searched(plan: SearchPlan, images: NDArray[np.uint8], labels: NDArray[np.int64], n_workers: int) -> list[float]:
    from nnapp.search.data_facts import DataFacts
    from nnapp.search.journal import Journal
    from nnapp.search.search import RunFinished, Search
    from nnapp.storage.dataset import DataChoice
    from nnapp.storage.run_file import data_fingerprint

    fingerprint = data_fingerprint(images, labels)
    facts = DataFacts("MNIST", fingerprint, tuple(map(str, range(10))), (28, 28), "like-mnist", DataChoice())
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal.create(Path(folder, "search.jsonl"), plan, facts)
        search = Search(plan, images, labels, journal, n_workers=n_workers)
        losses = [r.result.validation_loss for r in search.run() if isinstance(r, RunFinished)]
    return [loss for loss in losses if loss is not None]


if __name__ == "__main__":
    sys.exit(main())
