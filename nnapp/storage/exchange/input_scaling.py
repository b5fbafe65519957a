"""What the inputs of a network are, where they are not nnapp's 0…1."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from nnapp.errors import NetworkError

__all__ = ["INPUT_SCALINGS", "UNIT_SCALING", "InputScaling", "input_scaling_named"]


@dataclass(frozen=True)
class InputScaling:
    """What a network's inputs are: (p / 255 − mean) / std for a pixel p of 0…255, full ink being 255.

    Attributes
    ----------
    name : str
        Its key in `INPUT_SCALINGS`, or "MEAN,STD".
    mean, std : float
        Both finite, `std` not 0; negative where dark and bright are exchanged.
    meaning : str
        For people.
    """

    name: str
    mean: float
    std: float
    meaning: str = ""


INPUT_SCALINGS: dict[str, InputScaling] = {
    scaling.name: scaling
    for scaling in (
        InputScaling("unit", 0.0, 1.0, "0 to 1"),
        InputScaling("bytes", 0.0, 1 / 255, "0 to 255"),
        InputScaling("signed", 0.5, 0.5, "−1 to 1"),
        InputScaling("centred", 0.5, 1.0, "−0.5 to 0.5"),
        InputScaling("mnist", 0.1307, 0.3081, "MNIST's mean taken off, divided by its deviation"),
        InputScaling("fashion-mnist", 0.2860, 0.3530, "the same with Fashion-MNIST's mean and deviation"),
        InputScaling("inverted", 1.0, -1.0, "1 for paper to 0 for ink"),
    )
}
"""The scalings in use by name. Means and deviations are the usual ones, of all pixels of the training images."""

UNIT_SCALING = INPUT_SCALINGS["unit"]
"""What nnapp's own networks take."""


def input_scaling_named(text: str) -> InputScaling:
    """Return the entry of `INPUT_SCALINGS` of this name, or the scaling that "MEAN,STD" stands for.

    Raises
    ------
    NetworkError
        If it is neither.
    """
    if text in INPUT_SCALINGS:
        return INPUT_SCALINGS[text]
    try:
        mean, std = map(float, text.split(","))
    except ValueError:
        mean = std = 0.0
    # A deviation that is not at least about a millionth of a byte could only overflow the weights.
    if not (isfinite(mean) and 1e-9 <= abs(std) <= 1e9 and abs(mean) <= 1e9):
        raise NetworkError(
            f"The scale of the inputs must be one of {', '.join(INPUT_SCALINGS)}, or MEAN,STD for pixels of 0 to 1 "
            f"such as 0.1307,0.3081; got {text!r}."
        )
    return InputScaling(text, mean, std)
