"""Regularisation, clipping and dropout in a run: what one step is with them and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Data = tuple[NDArray[Any], NDArray[Any]]

Step = tuple[NDArray[Any], NDArray[Any], list[slice]]


@pytest.fixture
def stepped(new_trainer: Any, blobs: Data) -> Callable[..., Step]:
    """Return a function that takes one full-batch step of gradient descent at a learning rate of 0.1.

    It returns the parameters before and after the step, and where among them the weights are.
    """

    def take_step(**chosen: Any) -> Step:
        plain = {"initializer": "uniform", "optimizer": "sgd", "learning_rate": 0.1, "batch_size": 0, "epochs": 1}
        trainer = new_trainer(blobs, np.float64, **plain | chosen)
        before = trainer.network.parameters.copy()
        list(trainer.run())
        return before, trainer.network.parameters, trainer.network.weight_slices

    return take_step


@pytest.mark.parametrize(
    ("chosen", "plain", "pull"),
    [
        ({"l2": 0.5}, {}, lambda w: 0.1 * 0.5 * w),
        ({"l1": 0.5}, {}, lambda w: 0.1 * 0.5 * np.sign(w)),
        # Decoupled: the weights shrink by η λ, and the gradient that Adam sees is without the penalty.
        ({"l2": 0.5, "optimizer": "adamw"}, {"optimizer": "adam"}, lambda w: 0.1 * 0.5 * w),
    ],
)
def test_penalty_pulls_weights_and_not_biases(
    chosen: dict[str, Any], plain: dict[str, Any], pull: Callable[[Any], Any], stepped: Any
) -> None:
    before, with_penalty, slices = stepped(**chosen)
    _, without, _ = stepped(**plain)

    expected = np.zeros_like(before)
    for part in slices:
        expected[part] = pull(before[part])
    np.testing.assert_allclose(without - with_penalty, expected, rtol=1e-9, atol=1e-12)


def test_clipped_step_is_no_longer_than_allowed(stepped: Any) -> None:
    before, plain, _ = stepped()
    _, clipped, _ = stepped(gradient_clip=0.125)

    assert np.linalg.norm(plain - before) > 0.1 * 0.125
    assert np.linalg.norm(clipped - before) == pytest.approx(0.1 * 0.125, rel=1e-9)
    # In the same direction.
    ratio = (clipped - before) / np.where(plain == before, 1, plain - before)
    np.testing.assert_allclose(ratio[plain != before], ratio[plain != before][0], rtol=1e-6)


def test_dropout_drops_in_training_and_not_in_validation(blobs: Data, new_trainer: Any, epochs_of: Any) -> None:
    # Both start from the same weights, and steps of almost 0 leave them there.
    plain, dropping = (
        new_trainer(blobs, learning_rate=1e-12, optimizer="sgd", dropout=rate, epochs=1) for rate in (0, 0.5)
    )

    [without], [with_dropout] = epochs_of(plain), epochs_of(dropping)

    assert with_dropout.training_loss != pytest.approx(without.training_loss, rel=1e-3)
    assert with_dropout.validation_loss == pytest.approx(without.validation_loss, rel=1e-6)
