"""What ``training.py`` and ``testing.py`` start."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from nnapp.cli import main

__all__ = ["testing", "training"]


def training(arguments: Sequence[str] | None = None) -> int:
    """Train a network in the terminal, with the options of ``nnapp train``, and return the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process; ``--headless`` may be among them.
    """
    rest = list(sys.argv[1:] if arguments is None else arguments)
    if "--headless" in rest:
        rest.remove("--headless")
    return main(["train", *rest])


def testing(arguments: Sequence[str] | None = None) -> int:
    """Evaluate a network in the terminal, with the options of ``nnapp evaluate``, and return the exit code.

    Without a network, the one in ``networks/`` that was saved last is taken.
    """
    rest = list(sys.argv[1:] if arguments is None else arguments)
    if not rest:
        newest = max(Path("networks").glob("*.nn"), key=lambda path: path.stat().st_mtime, default=None)
        rest = [] if newest is None else [str(newest)]
    return main(["evaluate", *rest])
