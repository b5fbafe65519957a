"""``python -m nnapp`` is the command ``nnapp``."""

from __future__ import annotations

import sys

from nnapp.cli import main

if __name__ == "__main__":
    sys.exit(main())
