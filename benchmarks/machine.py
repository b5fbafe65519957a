"""What every benchmark needs: threads and kernels set before NumPy is loaded, MNIST, and results in the documents."""

from __future__ import annotations

import os
import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PROJECT", "describe_machine", "load_images", "prepare", "write_section"]

PROJECT = Path(__file__).resolve().parent.parent
DOCUMENT = PROJECT / "docs" / "performance.md"


def prepare(n_threads: int, cpus: str = "") -> None:
    """Let everything in this process use `n_threads` threads, on as many processors, and the best kernels.

    Must be called before NumPy, PyTorch or JAX is imported. All get the same processors, where the system allows
    (Linux), since JAX takes all it sees. OPENBLAS_CORETYPE is dropped, so that OpenBLAS and nnapp choose.

    Parameters
    ----------
    n_threads : int
    cpus : str
        Numbers of the processors, such as "2,3"; by default the first that this process may use.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(n_threads)
    os.environ.pop("OPENBLAS_CORETYPE", None)
    os.environ["JAX_PLATFORMS"] = "cpu"
    if hasattr(os, "sched_setaffinity"):
        allowed = [int(cpu) for cpu in cpus.split(",")] if cpus else sorted(os.sched_getaffinity(0))[:n_threads]
        os.sched_setaffinity(0, allowed)
    sys.path.insert(0, str(PROJECT))
    from nnapp.blas import choose_kernels

    choose_kernels()


def load_images(folder: str | None = None) -> tuple[NDArray[np.uint8], NDArray[np.int64], str]:
    """Return the 60,000 training images of MNIST with their labels and "MNIST", or noise of the same size."""
    import numpy as np

    from nnapp.storage.datasets import load_dataset, locate_dataset

    beside = PROJECT.parent / "shared" / "mnist"
    found = folder or locate_dataset() or (beside if beside.is_dir() else None)
    if found is not None:
        dataset = load_dataset(found)
        return dataset.training_images, dataset.training_labels, "MNIST"
    print("MNIST is not at hand: the images are noise, which takes as long and teaches nothing.")
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (60_000, 28, 28), np.uint8), rng.integers(0, 10, 60_000), "noise"


def describe_machine(n_threads: int, packages: tuple[str, ...] = ("numpy",)) -> str:
    """Return a sentence about processor, kernels, threads and versions."""
    from threadpoolctl import threadpool_info

    kernels = {
        f"{info['internal_api']} {info['version']} with kernels for {info.get('architecture')}"
        for info in threadpool_info()
        if info["user_api"] == "blas" and "numpy" in info["filepath"]
    }
    versions = ", ".join(map(_package, packages))
    return (
        f"{_processor()}, {n_threads} processors and threads for everyone; Python {platform.python_version()}, "
        f"{versions}; NumPy's products by {' and '.join(sorted(kernels)) or 'an unknown library'}."
    )


def _package(name: str) -> str:
    """Return name and version of a package, or that there is none."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"no {name}"


def _processor() -> str:
    """Return name and family of the processor, as far as the system says."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine()
    facts = dict(re.findall(r"^([\w ]+?)\s*: (.*)$", text.partition("\n\n")[0], re.MULTILINE))
    family = f" (family {facts['cpu family']})" if "cpu family" in facts else ""
    return facts.get("model name", platform.machine()) + family


def write_section(name: str, lines: list[str], document: Path = DOCUMENT) -> None:
    """Replace what stands in a document between the marks of a section."""
    text = document.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, _, rest = text.partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        sys.exit(f"{document.name} has no section between {begin.strip()} and {end}.")
    document.write_text(before + begin + "\n".join(lines) + "\n" + end + after, encoding="utf-8")
