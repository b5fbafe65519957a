"""What ``training.py`` and ``testing.py`` start: a window where there is a display, else the same in the terminal.

Nothing is imported before it is needed, so that the first window is there soon, and so that NumPy reads
its environment after it was set.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nnapp.blas import choose_threads
from nnapp.errors import NnappError

if TYPE_CHECKING:
    from nnapp.storage.dataset import DataChoice

__all__ = ["terminal", "testing", "training"]


def terminal() -> int:
    """Run the command ``nnapp`` with the arguments of the process, and return the exit code."""
    choose_threads()
    from nnapp.cli import main

    return main()


def training(arguments: Sequence[str] | None = None) -> int:
    """Open the training window, or train in the terminal, and return the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process. With ``--headless`` among them, the others are those of
        ``nnapp train``; so they are where no window can be opened.
    """
    choose_threads()
    rest = list(sys.argv[1:] if arguments is None else arguments)
    if "--headless" in rest:
        rest.remove("--headless")
        return _in_terminal("train", rest)
    try:
        from nnapp.gui.start import new_root

        root = new_root("nnapp-training")
    except (ImportError, NnappError) as error:
        print(f"{_why_no_window(error)}: training in the terminal.", flush=True)
        return _in_terminal("train", rest)
    options = _window_parser("training.py", "nnapp train").parse_args(rest)
    from nnapp.gui.training_app import main as open_window

    return open_window(root, options.network, _given_data(options))


def testing(arguments: Sequence[str] | None = None) -> int:
    """Open the testing window, or evaluate a network in the terminal, and return the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process. With ``--headless`` among them, the others are those of
        ``nnapp evaluate``; so they are where no window can be opened. Without any, the network in
        ``networks/`` that was saved last is taken there.
    """
    rest = list(sys.argv[1:] if arguments is None else arguments)
    if "--headless" in rest:
        rest.remove("--headless")
        choose_threads()
        return _in_terminal("evaluate", rest)
    # The window runs one image at a time through the network. Threads only wait for each other over products
    # that small, for tens of milliseconds on a busy machine.
    choose_threads(most=1)
    try:
        from nnapp.gui.start import new_root

        root = new_root("nnapp-testing")
    except (ImportError, NnappError) as error:
        print(f"{_why_no_window(error)}: testing in the terminal.", flush=True)
        return _test_in_terminal(rest)
    options = _testing_parser().parse_args(rest)
    from nnapp.gui.testing_app import main as open_window

    return open_window(
        root,
        options.network,
        _given_data(options),
        options.split,
        options.index,
        options.image,
        is_temporary=options.temporary,
    )


def _test_in_terminal(arguments: Sequence[str]) -> int:
    """Evaluate a network, or ask it about the one image that the window would have shown."""
    if not any(argument.startswith(("--index", "--image")) for argument in arguments):
        return _in_terminal("evaluate", arguments)
    options = _testing_parser().parse_args(arguments)
    source = options.image if options.index is None else f"{options.split}:{options.index}"
    choice = _given_data(options)
    data = [] if choice is None else choice.command_options()
    return _in_terminal("predict", [*_network_or_shipped(options.network), source, *data])


def _testing_parser() -> argparse.ArgumentParser:
    parser = _window_parser("testing.py", "nnapp evaluate")
    parser.add_argument("--split", choices=("test", "train"), default="test", help="which images of the data set")
    parser.add_argument("--index", type=int, metavar="N", help="the image of the data set to show first")
    parser.add_argument("--image", metavar="FILE", help="an image file to show in place of one")
    parser.add_argument("--temporary", action="store_true", help=argparse.SUPPRESS)
    return parser


def _in_terminal(command: str, arguments: Sequence[str]) -> int:
    from nnapp.cli import main

    if command == "evaluate" and not arguments:
        arguments = _network_or_shipped(None)
    return main([command, *arguments])


def _network_or_shipped(network: str | None) -> list[str]:
    from nnapp.storage.folders import shipped_networks

    return [network] if network is not None else [str(path) for path in shipped_networks()[:1]]


def _window_parser(program: str, command: str) -> argparse.ArgumentParser:
    from nnapp.cli.options import add_data_options

    parser = argparse.ArgumentParser(
        prog=program,
        description="Opens a window. Where there is no display, or with --headless, it takes the options of "
        f"`{command}` and works in the terminal.",
        allow_abbrev=False,
    )
    parser.add_argument("network", nargs="?", metavar="NETWORK", help="network file to open")
    add_data_options(parser)
    parser.add_argument("--headless", action="store_true", help="work in the terminal")
    return parser


def _given_data(options: argparse.Namespace) -> DataChoice | None:
    """Return the data set that the options name, None if they say nothing of one."""
    from nnapp.cli.options import chosen_data

    if (options.data, options.test_fraction, options.split_seed) == (None, None, None):
        return None
    try:
        return chosen_data(options)
    except NnappError as error:
        print(f"nnapp: {error}", file=sys.stderr)
        raise SystemExit(2) from error


def _why_no_window(error: Exception) -> str:
    if isinstance(error, ImportError):
        return "Tk is not installed (apt install python3-tk, dnf install python3-tkinter, brew install python-tk)"
    return str(error)
