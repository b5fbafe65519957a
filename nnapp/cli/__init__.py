"""nnapp on a terminal: everything the windows do, without a display."""

from __future__ import annotations

from nnapp.cli.main import main

__all__ = ["main"]
