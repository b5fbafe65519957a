"""Time of one training epoch, ours against PyTorch, JAX, scikit-learn and the matrix products alone.

    make bench
    python benchmarks/training.py --repeats 7 --threads 2 --cells A,C

Five networks on the 60,000 training images of MNIST, or on noise of the same size where MNIST is not at hand. The
epochs of all contenders alternate within one process, so that a busy machine is busy for everyone, and medians are
compared. All must reach the same loss, so that nobody is fast by doing less. Table and picture go to
docs/performance.md, unless a part of the cells or contenders is asked for, or --dry-run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from typing import TYPE_CHECKING

from contenders import CONTENDERS, LOSS_IS_ANOTHER, OURS, PRODUCTS
from machine import PROJECT, describe_machine, load_images, prepare, write_section

if TYPE_CHECKING:
    from nnapp.engine import Settings

LARGEST_LOSS_DIFFERENCE = 0.02
"""Relative difference of the mean losses of the first epoch that rounding and summation order explain."""

PAUSE_S = 0.3
"""Between two contenders: threads that have finished go on looking for work for up to a tenth of a second."""

GOALS = {"PyTorch": 0.6, "JAX": 1.0, "scikit-learn": 0.5, PRODUCTS: 1.6}
"""Ours ÷ theirs, at most."""

PACKAGES = ("numpy", "torch", "jax", "scikit-learn")
PICTURE = PROJECT / "docs" / "images" / "performance.png"

Cell = tuple[str, "Settings"]


def main() -> int:
    """Run the benchmark, print a table, and return 1 if the losses disagree."""
    options = _parse()
    prepare(options.threads, options.cpus)
    import torch

    torch.set_num_threads(options.threads)
    images, labels, source = load_images(options.data)
    names = options.contenders.split(",") if options.contenders else list(CONTENDERS)
    cells = _cells()
    chosen = options.cells.split(",") if options.cells else list(cells)
    seconds: dict[str, dict[str, list[float]]] = {}
    is_alike = True
    print(_header(names))
    for key in chosen:
        title, settings = cells[key]
        settings = settings.but(epochs=options.repeats + 1, validation_fraction=0.0, keep="last")
        runs = {name: CONTENDERS[name](images, labels, settings) for name in names}
        seconds[key] = {name: [] for name in names}
        losses: dict[str, float] = {}
        for repeat in range(options.repeats + 1):
            for name, epochs in runs.items():
                time.sleep(PAUSE_S)
                started = time.perf_counter()
                loss = next(epochs)
                if repeat == 0:  # allocates, compiles and warms up
                    losses[name] = loss
                else:
                    seconds[key][name].append(time.perf_counter() - started)
        print(_row(title, seconds[key]), flush=True)
        is_alike &= _are_alike(losses, settings.loss)
    if not (options.dry_run or options.cells or options.contenders):
        _write(cells, seconds, options, source)
    return 0 if is_alike else 1


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7, help="timed epochs of each; default 7")
    parser.add_argument("--threads", type=int, default=2, help="threads and processors everyone may use; default 2")
    parser.add_argument("--cpus", default="", help="numbers of the processors, such as 2,3 (Linux)")
    parser.add_argument("--data", help="folder of MNIST; by default looked for as nnapp does and beside the project")
    parser.add_argument("--cells", default="", help="some of A,B,C,D,E; by default all")
    parser.add_argument("--contenders", default="", help=f"some of {','.join(CONTENDERS)}; by default all")
    parser.add_argument("--dry-run", action="store_true", help="leave docs/performance.md as it is")
    return parser.parse_args()


def _cells() -> dict[str, Cell]:
    from nnapp.engine import PRESETS, Settings

    return {
        "A": ("784-16-16-10, batch 50, SGD", PRESETS["classic"].but(images_per_epoch=0, batch_size=50)),
        "B": ("784-128-64-10, batch 64, Adam", Settings(hidden=(128, 64), batch_size=64)),
        "C": ("784-128-64-10, batch 512, Adam", Settings(hidden=(128, 64), batch_size=512)),
        "D": ("784-512-512-10, batch 128, Adam", Settings(hidden=(512, 512), batch_size=128)),
        "E": ("784-800-10, batch 128, Adam", Settings(hidden=(800,), batch_size=128)),
    }


def _are_alike(losses: dict[str, float], loss: str) -> bool:
    """Whether all reached our loss in the first epoch; says so where one did not."""
    ours = losses.get(OURS)
    is_alike = True
    for name, value in losses.items():
        if ours is None or name in (OURS, PRODUCTS) or (name, loss) in LOSS_IS_ANOTHER:
            continue
        if not abs(value - ours) <= LARGEST_LOSS_DIFFERENCE * ours:
            print(f"The losses after the first epoch differ: {OURS} {ours:.5f}, {name} {value:.5f}.", file=sys.stderr)
            is_alike = False
    return is_alike


def _header(names: list[str]) -> str:
    heads = [f"| epoch of | {OURS} |"] + [f" {name} | ours ÷ theirs |" for name in names if name != OURS]
    return "".join(heads) + "\n" + "|---|--:|" + "--:|--:|" * (len(names) - (OURS in names))


def _row(title: str, seconds: dict[str, list[float]]) -> str:
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    ours = medians.get(OURS, float("nan"))
    cells = [f"| {title} | {ours:.3f} s |"]
    for name, median in medians.items():
        if name != OURS:
            ratio = f"{ours / median:.2f}"
            cells.append(f" {median:.3f} s | {f'**{ratio}**' if ours / median > GOALS[name] else ratio} |")
    return "".join(cells)


def _write(
    cells: dict[str, Cell], seconds: dict[str, dict[str, list[float]]], options: argparse.Namespace, source: str
) -> None:
    goals = ", ".join(f"{name} {goal:g}" for name, goal in GOALS.items())
    lines = [
        f"Medians of {options.repeats} epochs of the 60,000 training images of {source}. "
        + describe_machine(options.threads, PACKAGES),
        "",
        _header(list(CONTENDERS)),
        *(_row(title, seconds[key]) for key, (title, _) in cells.items()),
        "",
        f"Goals for ours ÷ theirs: {goals}. A ratio above its goal is in bold.",
    ]
    write_section("training", lines)
    _draw({title: seconds[key] for key, (title, _) in cells.items()})


def _draw(seconds: dict[str, dict[str, list[float]]]) -> None:
    """Draw a bar per contender for each cell, as multiples of our time."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    names = list(CONTENDERS)
    figure, axes = pyplot.subplots(figsize=(9, 4.5), layout="constrained")
    width = 0.8 / len(names)
    for number, name in enumerate(names):
        heights = [statistics.median(cell[name]) / statistics.median(cell[OURS]) for cell in seconds.values()]
        places = [cell + (number - (len(names) - 1) / 2) * width for cell in range(len(seconds))]
        bars = axes.bar(places, heights, width, label=name)
        axes.bar_label(bars, [f"{height:.1f}" for height in heights], padding=2, fontsize=7)
    axes.set_xticks(range(len(seconds)), [title.replace(", ", "\n") for title in seconds], fontsize=8)
    axes.set_ylabel("time of an epoch ÷ ours")
    axes.axhline(1, color="black", linewidth=0.8)
    axes.legend(ncols=len(names), loc="upper center", bbox_to_anchor=(0.5, 1.12), frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PICTURE, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    sys.exit(main())
