"""Look at what a trained neural network sees: ``python testing.py NETWORK``."""

import sys


def main() -> int:
    from nnapp.launchers import testing

    return testing()


if __name__ == "__main__":
    sys.exit(main())
