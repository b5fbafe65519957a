"""``python -m nnapp`` is the command ``nnapp``."""

from __future__ import annotations

import sys

from nnapp.launchers import terminal

if __name__ == "__main__":
    sys.exit(terminal())
