"""How the cost of training grows: with images, batch size, width and depth; and what memory a run takes.

    python benchmarks/scaling.py --repeats 5 --threads 2

For images, width and depth the time of an epoch should be a straight line over the number of multiplications; for the
batch size the time of an image should be one over the number of batches. The lines are fitted by least squares of the
relative errors, and the largest deviation is told. Memory is measured in a process for each network (on Linux): its
largest resident size, less what it was with the data loaded. Results go to docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machine import PROJECT, describe_machine, load_images, prepare, write_section

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnapp.engine import Settings

PICTURE = PROJECT / "docs" / "images" / "scaling.png"
MEMORY_NETWORKS = ((128, 64), (800,), (2048, 2048), (4000, 4000))
MEGABYTE = 1e6


@dataclass(frozen=True)
class Series:
    """One quantity that is varied, and what was measured.

    Attributes
    ----------
    title, unit : str
        What is varied, and what the points are plotted over.
    values : list
        Of the quantity, for the table.
    x, seconds : list of float
        What the time should be a straight line over, and the median times.
    """

    title: str
    unit: str
    values: list[str]
    x: list[float]
    seconds: list[float]

    def line(self) -> tuple[float, float]:
        """Return offset and slope of the line with the least relative errors."""
        import numpy as np

        times = np.array(self.seconds)
        weighted = np.stack([1 / times, np.array(self.x) / times], axis=1)
        offset, slope = np.linalg.lstsq(weighted, np.ones(len(times)), rcond=None)[0]
        return float(offset), float(slope)

    def largest_deviation(self) -> float:
        """Return how far a point lies from the line at most, as a share of the point."""
        offset, slope = self.line()
        return max(abs(offset + slope * x - s) / s for x, s in zip(self.x, self.seconds, strict=True))


def main() -> int:
    """Run the benchmark and write its section."""
    options = _parse()
    prepare(options.threads, options.cpus)
    if options.memory_of:
        return _tell_memory(tuple(int(size) for size in options.memory_of.split(",")), options.data)
    images, labels, source = load_images(options.data)
    series = [
        _series("images", options.repeats, images, labels),
        _series("batch size", options.repeats, images, labels),
        _series("width", options.repeats, images, labels),
        _series("depth", options.repeats, images, labels),
    ]
    lines = [_sentence(one) for one in series]
    memory = [_measure_memory(hidden, options) for hidden in MEMORY_NETWORKS]
    print("\n".join(lines + memory))
    if not options.dry_run:
        head = ["| network | parameters | memory of the run | 6 × parameters + 50 MB |", "|---|--:|--:|--:|"]
        machine = f"Medians of {options.repeats} runs on {source}. {describe_machine(options.threads)}"
        write_section("scaling", [machine, "", *lines, "", *head, *memory])
        _draw(series)
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, help="runs of each point; default 5")
    parser.add_argument("--threads", type=int, default=2, help="threads and processors; default 2")
    parser.add_argument("--cpus", default="", help="numbers of the processors, such as 2,3 (Linux)")
    parser.add_argument("--data", help="folder of MNIST; by default looked for as nnapp does and beside the project")
    parser.add_argument("--dry-run", action="store_true", help="leave docs/performance.md as it is")
    parser.add_argument("--memory-of", help=argparse.SUPPRESS)
    return parser.parse_args()


def _series(title: str, repeats: int, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> Series:
    """Measure one series; the runs of its points alternate."""
    from nnapp.engine import Settings

    base = Settings(hidden=(128, 64), batch_size=100, validation_fraction=0.0, keep="last", epochs=1)
    points: list[tuple[str, Settings]] = {
        "images": [(f"{n:,}", base.but(images_per_epoch=n)) for n in (5_000, 10_000, 20_000, 40_000, 60_000)],
        "batch size": [
            (f"{n:,}", base.but(batch_size=n, images_per_epoch=20_000)) for n in (8, 16, 32, 64, 128, 256, 512)
        ],
        "width": [(f"{n:,}", base.but(hidden=(n,), images_per_epoch=10_000)) for n in (64, 128, 256, 512, 1024, 2048)],
        "depth": [(str(n), base.but(hidden=(256,) * n, images_per_epoch=10_000)) for n in (1, 2, 4, 6, 8, 12)],
    }[title]
    found: list[list[float]] = [[] for _ in points]
    for repeat in range(repeats + 1):
        for (_, settings), seconds in zip(points, found, strict=True):
            elapsed_s = _train(settings, images, labels)
            if repeat > 0:
                seconds.append(elapsed_s)
    if title == "batch size":
        x = [settings.images_per_epoch / settings.batch_size for _, settings in points]
    else:
        x = [settings.images_per_epoch * _multiplications(settings) / 1e9 for _, settings in points]
    unit = "batches" if title == "batch size" else "billion multiplications"
    return Series(title, unit, [value for value, _ in points], x, [statistics.median(s) for s in found])


def _multiplications(settings: Settings) -> int:
    """Return those of one image: every weight in the answer and its gradient, and all but the first in the errors."""
    sizes = (784, *settings.hidden, 10)
    products = [a * b for a, b in pairwise(sizes)]
    return 3 * sum(products) - products[0]


def _train(settings: Settings, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> float:
    from nnapp.engine import Trainer

    trainer = Trainer(settings.new_network(784, 10), images, labels, settings)
    started = time.perf_counter()
    for _ in trainer.run():
        pass
    return time.perf_counter() - started


def _sentence(series: Series) -> str:
    offset, slope = series.line()
    points = ", ".join(f"{value}: {s * 1000:,.0f} ms" for value, s in zip(series.values, series.seconds, strict=True))
    return (
        f"- **{series.title}**: {points}. The line is {offset * 1000:.1f} ms + {slope * 1000:.3g} ms per "
        f"{series.unit.removesuffix('es').removesuffix('s') if series.unit == 'batches' else series.unit}; "
        f"no point is further from it than {series.largest_deviation():.0%}."
    )


def _measure_memory(hidden: tuple[int, ...], options: argparse.Namespace) -> str:
    """Train in a process of its own and return a row of the table."""
    command = [sys.executable, __file__, "--memory-of", ",".join(map(str, hidden)), "--threads", str(options.threads)]
    command += ["--data", options.data] if options.data else []
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    limit = 6 * 4 * found["n_parameters"] + 50 * MEGABYTE
    mark = "" if found["n_bytes"] <= limit else " (more)"
    return (
        f"| 784-{'-'.join(map(str, hidden))}-10 | {found['n_parameters']:,} | "
        f"{found['n_bytes'] / MEGABYTE:,.0f} MB{mark} | {limit / MEGABYTE:,.0f} MB |"
    )


def _tell_memory(hidden: tuple[int, ...], data: str | None) -> int:
    """Train for three epochs with everything a run keeps, and print by how much the process grew at most."""
    from nnapp.engine import Settings

    images, labels, _ = load_images(data)
    settings = Settings(hidden=hidden, batch_size=128, images_per_epoch=5_000, epochs=3)
    # Linux forgets the largest size so far, which was that of unpacking the data.
    Path("/proc/self/clear_refs").write_text("5")
    before = _memory("VmRSS")
    _train(settings, images, labels)
    n_parameters = settings.new_network(784, 10).n_parameters
    print(json.dumps({"n_parameters": n_parameters, "n_bytes": _memory("VmHWM") - before}))
    return 0


def _memory(name: str) -> int:
    """Return a size in bytes from Linux's account of this process: VmRSS, in use now, or VmHWM, at most so far."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.partition(f"{name}:")[2].split()[0]) * 1024


def _draw(series: list[Series]) -> None:
    """Draw every series with its line, both axes logarithmic."""
    import matplotlib

    matplotlib.use("agg")
    import numpy as np
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(series), figsize=(12, 3.2), layout="constrained")
    for axes, one in zip(panels, series, strict=True):
        offset, slope = one.line()
        x = np.geomspace(min(one.x), max(one.x), 50)
        axes.loglog(x, offset + slope * x, color="tab:gray", label="line")
        axes.loglog(one.x, one.seconds, "o", label="measured")
        for value, place, s in zip(one.values, one.x, one.seconds, strict=True):
            axes.annotate(value, (place, s), textcoords="offset points", xytext=(4, -10), fontsize=7)
        axes.set_title(one.title, fontsize=10)
        axes.set_xlabel(one.unit, fontsize=8)
        axes.tick_params(labelsize=7, which="both")
    panels[0].set_ylabel("seconds of an epoch", fontsize=8)
    panels[0].legend(frameon=False, fontsize=8)
    figure.savefig(PICTURE, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    sys.exit(main())
