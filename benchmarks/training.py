"""Time of one training epoch, ours against PyTorch, on the same images, weights and order.

    make bench
    python benchmarks/training.py --repeats 7 --threads 2

Both train 784-128-64-10 (ReLU, softmax, cross-entropy, Adam 0.001, batch 64) on the 60,000 training
images of MNIST, or on noise of the same size where MNIST is not at hand. The epochs alternate within
one process, so that a busy machine is busy for both, and the medians are compared. Both must reach
the same loss, so that nobody is fast by doing less.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnapp.engine import Settings

LARGEST_LOSS_DIFFERENCE = 0.02
"""Relative difference of the mean training losses that rounding and summation order explain."""


def main() -> int:
    """Run the benchmark, print a table, and return 1 if the losses disagree."""
    options = _parse()
    # Before NumPy and PyTorch are loaded: both read the number of threads then.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.threads)
    from nnapp.engine import PRESETS

    settings = PRESETS["relu-adam"].but(validation_fraction=0.0, epochs=options.repeats + 1, keep="last")
    images, labels = _load_images(options.data)
    runs = {"nnapp": _ours(images, labels, settings), "PyTorch": _pytorch(images, labels, settings, options.threads)}
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    losses: dict[str, list[float]] = {name: [] for name in runs}
    for repeat in range(options.repeats + 1):
        for name, epochs in runs.items():
            started = time.perf_counter()
            loss = next(epochs)
            if repeat > 0:  # the first epoch allocates and warms up
                seconds[name].append(time.perf_counter() - started)
            losses[name].append(loss)
    return _report(seconds, losses)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7, help="timed epochs of each; default 7")
    parser.add_argument("--threads", type=int, default=2, help="threads each may use; default 2")
    parser.add_argument("--data", help="folder of MNIST; by default looked for as nnapp does and beside the project")
    return parser.parse_args()


def _load_images(folder: str | None) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    import numpy as np

    from nnapp.storage.datasets import load_dataset, locate_dataset

    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "mnist"
    found = folder or locate_dataset() or (beside if beside.is_dir() else None)
    if found is not None:
        dataset = load_dataset(found)
        return dataset.training_images, dataset.training_labels
    print("MNIST is not at hand: the images are noise, which takes as long and teaches nothing.")
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (60_000, 28, 28), np.uint8), rng.integers(0, 10, 60_000)


def _ours(images: NDArray[np.uint8], labels: NDArray[np.int64], settings: Settings) -> Iterator[float]:
    """Train an epoch per step with nnapp and yield its mean training loss."""
    from nnapp.engine import EpochReport, Trainer

    trainer = Trainer(settings.new_network(784, 10), images, labels, settings)
    for report in trainer.run():
        if isinstance(report, EpochReport):
            yield report.training_loss


def _pytorch(
    images: NDArray[np.uint8], labels: NDArray[np.int64], settings: Settings, n_threads: int
) -> Iterator[float]:
    """Train an epoch per step with PyTorch (eager, its default Adam) and yield its mean training loss."""
    import torch

    from nnapp.engine.randomness import Purpose, random_stream

    torch.set_num_threads(n_threads)
    network = settings.new_network(784, 10)
    modules: list[torch.nn.Module] = []
    for ours in network.dense_layers:
        linear = torch.nn.Linear(ours.n_inputs, ours.n_outputs)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(ours.weights))
            linear.bias.copy_(torch.from_numpy(ours.biases))
        modules += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*modules[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
    inputs = torch.from_numpy(images.reshape(len(images), -1).astype("float32") / 255)
    targets = torch.from_numpy(labels.copy())  # PyTorch takes no read-only array
    for epoch in range(settings.epochs):
        order = torch.from_numpy(random_stream(settings.seed, Purpose.SHUFFLE, epoch).permutation(len(images)))
        loss_sum = 0.0
        for batch in order.split(settings.batch_size):
            optimizer.zero_grad(set_to_none=True)
            loss = torch.nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(batch)
        yield loss_sum / len(images)


def _report(seconds: dict[str, list[float]], losses: dict[str, list[float]]) -> int:
    ours = statistics.median(seconds["nnapp"])
    print(f"{'':<10}{'epoch, median s':>17}{'fastest s':>12}{'ours ÷ theirs':>16}{'last loss':>12}")
    for name, values in seconds.items():
        median = statistics.median(values)
        print(f"{name:<10}{median:>17.3f}{min(values):>12.3f}{ours / median:>16.2f}{losses[name][-1]:>12.5f}")
    first, second = (values[0] for values in losses.values())
    if abs(first - second) > LARGEST_LOSS_DIFFERENCE * second:
        print(f"The losses after the first epoch differ: {first:.5f} and {second:.5f}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
