"""Round numbers of the series 1, 2, 5, 10, … that axes and scales end at, so that they seldom change."""

from __future__ import annotations

from math import floor, log10

__all__ = ["nice_ceiling", "nice_floor"]

_TOLERANCE = 1e-9


def nice_ceiling(value: float) -> float:
    """Return the smallest of 1, 2, 5 × 10ⁿ that is at least `value`, a finite number greater than 0."""
    exponent = floor(log10(value))
    steps = (float(f"{digit}e{exponent}") for digit in (1, 2, 5))
    return next((step for step in steps if step >= value * (1 - _TOLERANCE)), float(f"1e{exponent + 1}"))


def nice_floor(value: float) -> float:
    """Return the largest of 1, 2, 5 × 10ⁿ that is at most `value`, a finite number greater than 0."""
    exponent = floor(log10(value))
    steps = (float(f"{digit}e{exponent}") for digit in (5, 2, 1))
    return next((step for step in steps if step <= value * (1 + _TOLERANCE)), float(f"5e{exponent - 1}"))
