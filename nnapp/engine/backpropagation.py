"""Backpropagation: the loss of a batch and its gradient with respect to every parameter."""

from __future__ import annotations

import numpy as np

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.arrays import FloatArray
from nnapp.engine.layers import Tape
from nnapp.engine.losses import Loss, check_pair
from nnapp.engine.network import Network

__all__ = ["Backpropagation"]


class Backpropagation:
    """Computes losses and gradients of one network, in buffers allocated once per batch size.

    Parameters
    ----------
    network : Network
        Read, never written.
    loss : Loss
        Entry of `LOSSES` that suits the network's output activation.
    rng : numpy.random.Generator, optional
        Source of dropout; needed if the network has any.

    Attributes
    ----------
    gradient : array (n_parameters,)
        ∂L/∂parameters of the last batch, laid out like ``network.parameters``. Overwritten by the
        next batch; an optimizer may use it as scratch space.

    Raises
    ------
    SettingError
        If the loss is not defined for the network's outputs.
    """

    def __init__(self, network: Network, loss: Loss, rng: np.random.Generator | None = None) -> None:
        check_pair(loss.name, network.output_activation)
        self.network = network
        self.gradient: FloatArray = np.zeros_like(network.parameters)
        self._loss = loss
        self._output = ACTIVATIONS[network.output_activation]
        self._is_natural = loss.natural_output == network.output_activation
        self._rng = rng
        self._tapes: dict[int, list[Tape]] = {}

    def run(self, inputs: FloatArray, targets: FloatArray, n_samples: int | None = None) -> float:
        """Compute the gradient of one batch, or of a part of a batch.

        Parameters
        ----------
        inputs : array (n, n_inputs)
            In the network's dtype.
        targets : array (n, n_outputs)
            One-hot rows, in the network's dtype.
        n_samples : int, optional
            Number of samples the loss is averaged over, if the batch comes in several parts; the
            gradients of the parts then add up to that of the batch. By default n.

        Returns
        -------
        float
            Sum of the losses of the n samples.
        """
        tapes = self._tapes.get(len(inputs))
        if tapes is None:
            tapes = self._tapes[len(inputs)] = self._new_tapes(inputs)
        body = self.network.body
        values = inputs
        for layer, tape in zip(body, tapes, strict=True):
            values = layer.forward(values, tape)
        loss_sum = self._loss_and_delta(values, targets)
        values *= 1 / (len(inputs) if n_samples is None else n_samples)
        delta: FloatArray | None = values
        for layer, tape in zip(reversed(body), reversed(tapes), strict=True):
            assert delta is not None  # only the first layer, where the loop ends, has no input gradient
            delta = layer.backward(delta, tape)
        return loss_sum

    def _loss_and_delta(self, logits: FloatArray, targets: FloatArray) -> float:
        """Return the sum of the losses and overwrite `logits` by ∂L/∂z of each sample."""
        if self._is_natural:
            return self._loss.gradient_from_logits(logits, targets)
        outputs = np.empty_like(logits)
        self._output.apply(logits, outputs)
        loss_sum = self._loss.gradient(outputs, targets, logits)
        self._output.backpropagate(outputs, logits)
        return loss_sum

    def _new_tapes(self, inputs: FloatArray) -> list[Tape]:
        tapes: list[Tape] = []
        previous_keeps_outputs = True  # the data are not ours to overwrite
        is_first = True
        for layer, stretch in self.network.split(self.gradient):
            if len(tapes) == len(self.network.body):
                break
            tape = layer.new_tape(
                inputs,
                stretch,
                may_overwrite_inputs=not previous_keeps_outputs,
                wants_input_gradient=not is_first,
                rng=self._rng,
            )
            tapes.append(tape)
            inputs = tape.outputs
            previous_keeps_outputs = layer.keeps_outputs
            is_first = False
        return tapes
