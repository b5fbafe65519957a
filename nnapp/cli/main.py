"""The command ``nnapp``: its sub-commands, and what its exit codes mean.

0 done; 1 an expected problem, told in one sentence on stderr; 2 wrong usage, told by argparse.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from nnapp import __version__
from nnapp.cli import calibrate, convert, data, evaluate, info, predict, search, submission, train
from nnapp.cli.console import complain
from nnapp.errors import NnappError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without "×" shows "?" instead of failing
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except NnappError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("Stopped.")
        return 1
    except BrokenPipeError:
        # The reader of a pipe has seen enough, which is no problem; nothing may be written any more,
        # not even by the interpreter's last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nnapp",
        description="Build, train and look into neural networks that read handwritten digits.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"nnapp {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in (train, search, evaluate, calibrate, predict, info, convert, data, submission):
        command.add_parser(commands)
    return parser
