"""What explanations have found, in sentences."""

from __future__ import annotations

import numpy as np

from nnapp.display.explanation_wording import occlusion_sentence, preferred_sentence, saliency_sentence
from nnapp.engine.explanations import PreferredInput


def test_saliency_names_the_strongest_pixels_of_both_signs() -> None:
    gradient = np.array([[0.0, 0.25, -0.5], [0.125, 0, 0]])

    assert saliency_sentence(gradient, "7") == (
        "7: more ink in row 1, column 2 (+0.250) speaks most for it, in row 1, column 3 (−0.500) most against it."
    )
    assert saliency_sentence(-np.abs(gradient), "7") == (
        "7: more ink in row 1, column 3 (−0.500) speaks most against it."
    )
    assert saliency_sentence(np.abs(gradient), "7") == "7: more ink in row 1, column 3 (+0.500) speaks most for it."
    assert saliency_sentence(np.zeros((2, 3)), "7") == "No pixel changes anything for 7."


def test_occlusion_says_what_the_answer_rests_on_and_what_is_in_its_way() -> None:
    drops = np.array([[0.0, 0.5], [-0.125, 0.0]])

    assert occlusion_sentence(drops, "4", 0.75) == (
        "Without the patch around row 1, column 2 the probability of 4 falls from 75.0 % to 25.0 %. "
        "Without the one around row 2, column 1 it rises to 87.5 %."
    )
    assert occlusion_sentence(np.minimum(drops, 0), "4", 0.75) == (
        "Without the patch around row 2, column 1 the probability of 4 rises from 75.0 % to 87.5 %."
    )
    assert occlusion_sentence(drops / 1000, "4", 0.75) == "No single patch matters: 4 stays at 75.0 %."


def test_preferred_input_tells_its_progress() -> None:
    report = PreferredInput(30, 60, np.zeros(4), 2.5)
    silent = PreferredInput(60, 60, np.zeros(4), -1.0)

    assert preferred_sentence(report, "layer 1, neuron 42", -1.0) == (
        "Layer 1, neuron 42: step 30 of 60, z has grown from −1.00 for grey to 2.50."
    )
    assert preferred_sentence(silent, "output 7", -1.0) == "Output 7: nothing excites it more than grey (z = −1.00)."
