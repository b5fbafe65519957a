"""Build and train a neural network: ``python training.py --help`` tells the options."""

import sys


def main() -> int:
    from nnapp.launchers import training

    return training()


if __name__ == "__main__":
    sys.exit(main())
