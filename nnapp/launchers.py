"""What ``training.py`` and ``testing.py`` start: a window where there is a display, else the same in the terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nnapp.cli import main
from nnapp.errors import NnappError

__all__ = ["testing", "training"]


def training(arguments: Sequence[str] | None = None) -> int:
    """Open the training window, or train in the terminal, and return the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process. With ``--headless`` among them, the others are those of
        ``nnapp train``; so they are where no window can be opened.
    """
    rest = list(sys.argv[1:] if arguments is None else arguments)
    if "--headless" in rest:
        rest.remove("--headless")
        return main(["train", *rest])
    try:
        from nnapp.gui.start import new_root

        root = new_root("nnapp-training")
    except (ImportError, NnappError) as error:
        print(f"{_why_no_window(error)}: training in the terminal.", flush=True)
        return main(["train", *rest])
    options = _window_parser("training.py", "nnapp train").parse_args(rest)
    from nnapp.gui.training_app import main as open_window

    return open_window(root, options.network, options.data)


def testing(arguments: Sequence[str] | None = None) -> int:
    """Evaluate a network in the terminal, with the options of ``nnapp evaluate``, and return the exit code.

    Without a network, the one in ``networks/`` that was saved last is taken.
    """
    rest = list(sys.argv[1:] if arguments is None else arguments)
    if not rest:
        newest = max(Path("networks").glob("*.nn"), key=lambda path: path.stat().st_mtime, default=None)
        rest = [] if newest is None else [str(newest)]
    return main(["evaluate", *rest])


def _window_parser(program: str, command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Opens a window. Where there is no display, or with --headless, it takes the options of "
        f"`{command}` and works in the terminal.",
        allow_abbrev=False,
    )
    parser.add_argument("network", nargs="?", metavar="NETWORK", help="network file (.nn) to open")
    parser.add_argument("--data", metavar="DIR", help="folder of the four IDX files of a data set")
    parser.add_argument("--headless", action="store_true", help="work in the terminal")
    return parser


def _why_no_window(error: Exception) -> str:
    if isinstance(error, ImportError):
        return "Tk is not installed (apt install python3-tk, dnf install python3-tkinter, brew install python-tk)"
    return str(error)
