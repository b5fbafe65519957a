"""Loss functions: how wrong a network's outputs a are, given the targets y.

All losses are sums over the outputs of one sample; over several samples the mean is taken, so the
learning rate means the same for every batch size.

Two output activations have a loss made for them, the negative logarithm of the probability that the
outputs give to the targets: softmax with categorical and sigmoid with binary cross-entropy. For these
pairs, and for linear outputs with the squared error, ∂L/∂z is simply a − y (Bishop 2006, section
5.2), and the loss is computed from the logits z, which stays exact where a has been rounded to 0 or 1
and its logarithm would be infinite. Every other pair goes the general way: ∂L/∂a, then back through
the activation function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.arrays import FloatArray
from nnapp.errors import SettingError

__all__ = ["LOSSES", "Loss", "check_pair", "default_loss", "loss_per_sample"]


@dataclass(frozen=True)
class Loss:
    """One loss function.

    Attributes
    ----------
    name : str
        Its key in `LOSSES`, and the word for it in files and on the command line.
    formula : str
        The definition for one sample, for people.
    per_sample : callable (outputs, targets) -> array (n_samples,)
        The loss of each sample from the outputs a; both arguments are (n_samples, n_outputs).
    gradient : callable (outputs, targets, out) -> float
        Write ∂L/∂a of each sample, not yet averaged over samples, into `out`, an array of the same shape, and return
        the sum of the losses of the samples.
    natural_output : str
        The output activation for which ∂L/∂z = a − y.
    per_sample_from_logits : callable (logits, targets) -> array (n_samples,)
        The loss of each sample from the logits z of the natural output activation.
    gradient_from_logits : callable (logits, targets) -> float
        For the natural output activation: overwrite the logits z by ∂L/∂z = a − y, and return the sum of the losses.
        Rows of targets must sum to one for the cross-entropy.
    outputs : tuple of str
        The output activations that the loss is defined for.
    needs : str
        What outputs must be for this loss, for the sentence that refuses a wrong pair.
    """

    name: str
    formula: str
    per_sample: Callable[[FloatArray, FloatArray], FloatArray]
    gradient: Callable[[FloatArray, FloatArray, FloatArray], float]
    natural_output: str
    per_sample_from_logits: Callable[[FloatArray, FloatArray], FloatArray]
    gradient_from_logits: Callable[[FloatArray, FloatArray], float]
    outputs: tuple[str, ...]
    needs: str


def _squared_error(outputs: FloatArray, targets: FloatArray) -> FloatArray:
    difference = outputs - targets
    return _rowwise_dot(difference, difference) / 2


def _squared_error_gradient(outputs: FloatArray, targets: FloatArray, out: FloatArray) -> float:
    np.subtract(outputs, targets, out=out)
    return float(np.vdot(out, out)) / 2


def _squared_error_gradient_from_logits(logits: FloatArray, targets: FloatArray) -> float:
    return _squared_error_gradient(logits, targets, logits)


def _clipped(outputs: FloatArray) -> FloatArray:
    """Keep probabilities away from 0 and 1 by the spacing of floats, so that logarithms exist."""
    margin = np.finfo(outputs.dtype).eps
    return np.clip(outputs, margin, 1 - margin)


def _cross_entropy(outputs: FloatArray, targets: FloatArray) -> FloatArray:
    return -_rowwise_dot(targets, np.log(_clipped(outputs)))


def _cross_entropy_gradient(outputs: FloatArray, targets: FloatArray, out: FloatArray) -> float:
    np.divide(targets, _clipped(outputs), out=out)
    np.negative(out, out=out)
    return float(_cross_entropy(outputs, targets).sum())


def _cross_entropy_from_logits(logits: FloatArray, targets: FloatArray) -> FloatArray:
    # −Σ y log softmax(z) = log Σ exp(z) · Σ y − Σ y z, shifted by max z so that nothing overflows.
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1))
    losses: FloatArray = log_sum * targets.sum(axis=1) - _rowwise_dot(targets, shifted)
    return losses


def _cross_entropy_gradient_from_logits(logits: FloatArray, targets: FloatArray) -> float:
    # As above, then as the softmax: the exponentials serve both, which halves the time.
    logits -= logits.max(axis=1, keepdims=True)
    target_sum = float(np.vdot(targets, logits))
    np.exp(logits, out=logits)
    sums = logits.sum(axis=1, keepdims=True)
    logits /= sums
    logits -= targets
    return float(np.log(sums).sum()) - target_sum


def _binary_cross_entropy(outputs: FloatArray, targets: FloatArray) -> FloatArray:
    outputs = _clipped(outputs)
    return -_rowwise_dot(targets, np.log(outputs)) - _rowwise_dot(1 - targets, np.log1p(-outputs))


def _binary_cross_entropy_gradient(outputs: FloatArray, targets: FloatArray, out: FloatArray) -> float:
    clipped = _clipped(outputs)
    np.divide(clipped - targets, clipped * (1 - clipped), out=out)
    return float(_binary_cross_entropy(outputs, targets).sum())


def _binary_cross_entropy_from_logits(logits: FloatArray, targets: FloatArray) -> FloatArray:
    # log(1 + exp(z)) − y z, with the first term as max(z, 0) + log(1 + exp(−|z|)) so that nothing overflows.
    # y z is taken off before summing: a large logit would swallow the small losses of the other outputs.
    losses: FloatArray = np.maximum(logits, 0) - targets * logits
    losses += np.log1p(np.exp(-np.abs(logits)))
    totals: FloatArray = losses.sum(axis=1)
    return totals


def _binary_cross_entropy_gradient_from_logits(logits: FloatArray, targets: FloatArray) -> float:
    loss_sum = float(_binary_cross_entropy_from_logits(logits, targets).sum())
    ACTIVATIONS["sigmoid"].apply(logits, logits)
    logits -= targets
    return loss_sum


def _rowwise_dot(left: FloatArray, right: FloatArray) -> FloatArray:
    dot: FloatArray = np.einsum("ij,ij->i", left, right)
    return dot


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "squared-error",
            "½ Σ (a − y)²",
            _squared_error,
            _squared_error_gradient,
            "linear",
            _squared_error,
            _squared_error_gradient_from_logits,
            tuple(ACTIVATIONS),
            "numbers",
        ),
        Loss(
            "cross-entropy",
            "−Σ y log a",
            _cross_entropy,
            _cross_entropy_gradient,
            "softmax",
            _cross_entropy_from_logits,
            _cross_entropy_gradient_from_logits,
            ("softmax",),
            "probabilities that sum to one",
        ),
        Loss(
            "binary-cross-entropy",
            "−Σ (y log a + (1 − y) log(1 − a))",
            _binary_cross_entropy,
            _binary_cross_entropy_gradient,
            "sigmoid",
            _binary_cross_entropy_from_logits,
            _binary_cross_entropy_gradient_from_logits,
            ("sigmoid", "softmax"),
            "probabilities between 0 and 1",
        ),
    )
}
"""All loss functions by name."""


def check_pair(loss: str, output_activation: str) -> None:
    """Refuse a loss that does not exist or is not defined for an output activation.

    Raises
    ------
    SettingError
        Naming what the loss needs and which losses the activation allows.
    """
    if loss not in LOSSES:
        raise SettingError(f"The loss must be one of {', '.join(LOSSES)}; got {loss}.", "loss")
    rule = LOSSES[loss]
    if output_activation not in rule.outputs:
        allowed = " or ".join(other.name for other in LOSSES.values() if output_activation in other.outputs)
        raise SettingError(
            f"The loss {loss} needs outputs that are {rule.needs}, which {' and '.join(rule.outputs)} outputs are; "
            f"got {output_activation} outputs, whose loss must be {allowed}.",
            "loss",
        )


def default_loss(output_activation: str) -> str:
    """Return the name of the loss that is natural for an output activation, else squared error."""
    natural = {loss.natural_output: loss.name for loss in LOSSES.values()}
    return natural.get(output_activation, "squared-error")


def loss_per_sample(loss: Loss, output_activation: str, logits: FloatArray, targets: FloatArray) -> FloatArray:
    """Return the loss of each sample, shape (n_samples,), from the logits of the output layer.

    Parameters
    ----------
    logits : array (n_samples, n_outputs)
        Weighted sums z of the last layer, before its activation function; left as they are.
    targets : array (n_samples, n_outputs)
        One-hot rows, or any rows of probabilities.
    """
    if loss.natural_output == output_activation:
        return loss.per_sample_from_logits(logits, targets)
    outputs = np.empty_like(logits)
    ACTIVATIONS[output_activation].apply(logits, outputs)
    return loss.per_sample(outputs, targets)
