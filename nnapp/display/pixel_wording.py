"""What is said about one pixel of an image."""

from __future__ import annotations

__all__ = ["pixel_sentence"]


def pixel_sentence(
    row: int, column: int, value: float | None, overlay_name: str = "", overlay_value: float | None = None
) -> str:
    """Return "row 6, column 12: 0.85, weight −0.312", everything counted from 1.

    Parameters
    ----------
    row, column : int
        From 0.
    value : float or None
        The pixel's own, 0…1, if there is an image.
    overlay_name, overlay_value
        What is shown over the image, and its value there, if it has one.
    """
    values = []
    if value is not None:
        values.append(f"{value:.2f}")
    if overlay_value is not None:
        sign = "−" if overlay_value < 0 else "+"
        number = "0" if overlay_value == 0 else f"{sign}{abs(overlay_value):.3g}"
        values.append(f"{overlay_name} {number}".strip())
    place = f"row {row + 1}, column {column + 1}"
    return f"{place}: {', '.join(values)}" if values else place
