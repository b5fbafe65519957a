from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from nnapp.display.class_scores import class_scores
from nnapp.engine.evaluation import ConfusionMatrix


def confusion_of(counts: list[list[int]]) -> ConfusionMatrix:
    cells = [(actual, predicted, n) for actual, row in enumerate(counts) for predicted, n in enumerate(row)]
    actual = np.repeat([cell[0] for cell in cells], [cell[2] for cell in cells])
    predicted = np.repeat([cell[1] for cell in cells], [cell[2] for cell in cells])
    return ConfusionMatrix(actual, predicted, len(counts))


def test_scores_follow_their_definitions() -> None:
    scores = class_scores(confusion_of([[6, 3, 1], [0, 4, 0], [2, 0, 8]]))

    found = [(score.label, score.n_images, score.n_recognised) for score in scores]
    assert found == [(0, 10, 6), (1, 4, 4), (2, 10, 8)]
    assert [score.recall for score in scores] == pytest.approx([6 / 10, 4 / 4, 8 / 10])
    assert [score.precision for score in scores] == pytest.approx([6 / 8, 4 / 7, 8 / 9])
    # Harmonic means: of 6/10 and 6/8, of 1 and 4/7, of 8/10 and 8/9.
    assert [score.f1 for score in scores] == pytest.approx([0.9 / 1.35, (8 / 7) / (11 / 7), (12.8 / 9) / (15.2 / 9)])
    assert [(score.mistaken_for, score.n_mistaken) for score in scores] == [(1, 3), (None, 0), (0, 2)]


def test_a_class_that_is_neither_there_nor_predicted_has_no_scores() -> None:
    _, score = class_scores(confusion_of([[5, 0], [0, 0]]))

    assert isnan(score.recall)
    assert isnan(score.precision)
    assert isnan(score.f1)
    assert score.mistaken_for is None


def test_a_class_that_is_never_recognised_scores_zero() -> None:
    score, _ = class_scores(confusion_of([[0, 5], [0, 5]]))

    assert (score.recall, score.f1) == (0, 0)
    assert isnan(score.precision)
    assert (score.mistaken_for, score.n_mistaken) == (1, 5)
