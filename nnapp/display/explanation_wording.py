"""What an explanation of an answer has found, in a sentence."""

from __future__ import annotations

import numpy as np

from nnapp.display.confusion_labels import format_percent
from nnapp.display.neuron_wording import signed
from nnapp.display.weighted_sum import short_number
from nnapp.engine.arrays import FloatArray
from nnapp.engine.explanations import PreferredInput

__all__ = ["occlusion_sentence", "preferred_sentence", "saliency_sentence"]

_LEAST_CHANGE = 0.005
"""Half a percentage point: what changes a probability by less is not worth a word."""


def saliency_sentence(gradient: FloatArray, class_name: str) -> str:
    """Say which pixels speak most for and against an answer.

    Parameters
    ----------
    gradient : array (height, width)
        Of `saliency`.
    class_name : str
    """
    most, least = int(gradient.argmax()), int(gradient.argmin())
    highest, lowest = float(gradient.flat[most]), float(gradient.flat[least])
    for_it = f"{_place(most, gradient)} ({signed(highest)})"
    against_it = f"{_place(least, gradient)} ({signed(lowest)})"
    if highest > 0 and lowest < 0:
        return f"{class_name}: more ink in {for_it} speaks most for it, in {against_it} most against it."
    if highest > 0:
        return f"{class_name}: more ink in {for_it} speaks most for it."
    if lowest < 0:
        return f"{class_name}: more ink in {against_it} speaks most against it."
    return f"No pixel changes anything for {class_name}."


def occlusion_sentence(drops: FloatArray, class_name: str, probability: float) -> str:
    """Say which patch an answer rests on most, and whether one stands in its way.

    Parameters
    ----------
    drops : array (height, width)
        Of `occlusion`.
    class_name : str
    probability : float
        Of the class with the whole image, 0…1.
    """
    most, least = int(drops.argmax()), int(drops.argmin())
    fall, rise = float(drops.flat[most]), -float(drops.flat[least])
    sentences = []
    if fall >= _LEAST_CHANGE:
        sentences.append(
            f"Without the patch around {_place(most, drops)} the probability of {class_name} falls from "
            f"{_percent(probability)} to {_percent(probability - fall)}."
        )
    if rise >= _LEAST_CHANGE:
        sentences.append(
            f"Without the one around {_place(least, drops)} it rises to {_percent(probability + rise)}."
            if sentences
            else f"Without the patch around {_place(least, drops)} the probability of {class_name} rises from "
            f"{_percent(probability)} to {_percent(probability + rise)}."
        )
    return " ".join(sentences) or f"No single patch matters: {class_name} stays at {_percent(probability)}."


def preferred_sentence(report: PreferredInput, neuron_title: str, first_sum: float) -> str:
    """Say how far the image that a neuron prefers has come.

    Parameters
    ----------
    report : PreferredInput
    neuron_title : str
        What the neuron is called, "layer 1, neuron 42".
    first_sum : float
        z of the neuron for the grey image that it began with.
    """
    title = f"{neuron_title[:1].upper()}{neuron_title[1:]}"
    if report.step == report.n_steps and report.weighted_sum == first_sum:
        return f"{title}: nothing excites it more than grey (z = {short_number(first_sum)})."
    return (
        f"{title}: step {report.step} of {report.n_steps}, z has grown from {short_number(first_sum)} for grey "
        f"to {short_number(report.weighted_sum)}."
    )


def _place(index: int, picture: FloatArray) -> str:
    row, column = np.unravel_index(index, picture.shape)
    return f"row {row + 1}, column {column + 1}"


def _percent(share: float) -> str:
    return f"{format_percent(min(max(share, 0.0), 1.0))} %"
