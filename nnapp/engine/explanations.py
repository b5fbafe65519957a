"""Why a network answers as it does: which pixels matter to an answer, and which image a neuron answers to.

Four questions to the same network, each with a picture for an answer. None of them is the whole truth: saliency
looks at infinitely small changes, occlusion at one patch at a time, the weights leave the activation functions out,
and the image that a neuron prefers need not look like anything there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray, as_inputs
from nnapp.engine.input_gradient import check_neuron, input_gradient
from nnapp.engine.network import Network
from nnapp.errors import NetworkError

__all__ = ["PreferredInput", "occlusion", "occlusion_steps", "preferred_input", "projected_weights", "saliency"]

_PIECE_VALUES = 200_000
"""Pixels of the occluded images computed at a time; they stay in the cache."""

_GREY = 0.5


@dataclass(frozen=True, eq=False)
class PreferredInput:
    """How far `preferred_input` has come.

    Attributes
    ----------
    step, n_steps : int
        Steps done, and steps there will be.
    image : array (n_inputs,)
        Values 0…1; not changed later.
    weighted_sum : float
        z of the neuron for this image.
    """

    step: int
    n_steps: int
    image: FloatArray
    weighted_sum: float


def saliency(network: Network, image: NDArray[Any], label: int, *, before_activation: bool = True) -> FloatArray:
    """Return how much an output would grow for a little more ink in each pixel.

    The derivative of the output with respect to the pixel (Simonyan, Vedaldi and Zisserman 2014, "Deep Inside
    Convolutional Networks", section 3). Following them the default is the logit: the probability of an answer that
    is certain hardly changes with anything, and could fall only because another class has grown.

    Parameters
    ----------
    image : array (height, width) or (n_inputs,)
        Values 0…1, or bytes.
    label : int
        The class whose output it is.
    before_activation : bool
        Whether to differentiate the logit z, or the output a = f(z), for softmax the probability.

    Returns
    -------
    array of the shape of `image`
        Positive where more ink speaks for the class.

    Raises
    ------
    NetworkError
        If the image does not fit the network, or there is no such class.
    """
    row = as_inputs(np.asarray(image)[np.newaxis], network.n_inputs, network.dtype)
    last = len(network.layer_sizes) - 1
    _, gradient = input_gradient(network, row, last, label, before_activation=before_activation)
    return gradient.reshape(np.shape(image))


def occlusion(network: Network, image: NDArray[Any], label: int, patch_size: int = 5) -> FloatArray:
    """Return how much the probability of a class falls when a patch of the image is wiped out.

    Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 4.2. A patch is set to
    0, the paper, around every pixel in turn.

    Parameters
    ----------
    image : array (height, width)
        Values 0…1, or bytes.
    label : int
        The class.
    patch_size : int
        Side of the square patch in pixels, odd.

    Returns
    -------
    array (height, width)
        p(image) − p(image without the patch around the pixel), −1…1. Positive where what is drawn speaks for the
        class; 0 where the patch changes nothing.

    Raises
    ------
    NetworkError
        If the image does not fit the network, there is no such class, or the patch is of an even size.
    """
    *_, drops = occlusion_steps(network, image, label, patch_size)
    assert not isinstance(drops, int)
    return drops


def occlusion_steps(
    network: Network, image: NDArray[Any], label: int, patch_size: int = 5, temperature: float = 1.0
) -> Iterator[int | FloatArray]:
    """Do what `occlusion` does piece by piece: yield the number of pixels done, and last the result.

    Arguments and errors as for `occlusion`; `temperature` is for the probabilities, see `Network.predict_proba`.
    """
    check_neuron(network, len(network.layer_sizes) - 1, label)
    if np.ndim(image) != 2:
        raise NetworkError(f"An image must have a height and a width; got {np.ndim(image)} dimensions.")
    if patch_size < 1 or patch_size % 2 == 0:
        raise NetworkError(f"The side of a patch must be an odd number of pixels; got {patch_size}.")
    height, width = np.shape(image)
    values = as_inputs(np.asarray(image)[np.newaxis], network.n_inputs, network.dtype).reshape(height, width)
    whole = network.predict_proba(values[np.newaxis], temperature)[0, label]
    drops = np.empty(values.size, network.dtype)
    n_together = max(1, _PIECE_VALUES // values.size)
    for start in range(0, values.size, n_together):
        pixels = np.arange(start, min(start + n_together, values.size))
        occluded = _without_patches(values, pixels, patch_size)
        drops[pixels] = whole - network.predict_proba(occluded, temperature)[:, label]
        yield len(pixels) + start
    yield drops.reshape(height, width)


def projected_weights(network: Network, layer: int, neuron: int) -> FloatArray:
    """Return the weights of a neuron as it would see the inputs if all layers before it were linear.

    Its row of weights times the weights of the layers before it, W₁ᵀ W₂ᵀ … w; in the first layer after the inputs
    simply its weights.

    Parameters
    ----------
    layer, neuron : int
        As for `check_neuron`.

    Returns
    -------
    array (n_inputs,)
        A new array.

    Raises
    ------
    NetworkError
        If there is no such neuron.
    """
    check_neuron(network, layer, neuron)
    last, *earlier = reversed(network.dense_layers[:layer])
    weights: FloatArray = last.weights[neuron].copy()
    for dense in earlier:
        weights = weights @ dense.weights
    return weights


def preferred_input(
    network: Network,
    layer: int,
    neuron: int,
    *,
    image_shape: tuple[int, int] | None = None,
    n_steps: int = 60,
    step_size: float = 0.01,
) -> Iterator[PreferredInput]:
    """Grow from an even grey an image that excites a neuron as much as possible.

    Gradient ascent on the weighted sum z (Erhan, Bengio, Courville and Vincent 2009, "Visualizing Higher-Layer
    Features of a Deep Network", section 3), whose gradient does not vanish where the activation function is flat.
    A step that would make z smaller is not taken, and the next ones are half as long. Few and small steps leave
    the pixels grey that make no difference.

    Parameters
    ----------
    layer, neuron : int
        As for `check_neuron`.
    image_shape : tuple of int, optional
        Height and width of the image. If given, each pixel moves with its neighbours, or the result would be full
        of fine noise (Olah, Mordvintsev and Schubert 2017, "Feature Visualization", on preconditioning).
    n_steps : int
    step_size : float
        Root mean square of the change of the pixels in a step.

    Yields
    ------
    PreferredInput
        The grey image, then one after each step. z never falls.

    Raises
    ------
    NetworkError
        If there is no such neuron.
    """
    image = np.full((1, network.n_inputs), _GREY, network.dtype)
    z, gradient = input_gradient(network, image, layer, neuron, before_activation=True)
    yield PreferredInput(0, n_steps, image[0], z)
    for step in range(1, n_steps + 1):
        direction = gradient if image_shape is None else _smoothed(gradient.reshape(image_shape)).ravel()
        length = float(np.sqrt(np.mean(np.square(direction))))
        if length > 0:
            candidate = np.clip(image + direction * network.dtype.type(step_size / length), 0, 1)
            candidate_z, candidate_gradient = input_gradient(network, candidate, layer, neuron, before_activation=True)
            if candidate_z >= z:
                image, z, gradient = candidate, candidate_z, candidate_gradient
            else:
                step_size /= 2
        yield PreferredInput(step, n_steps, image[0], z)


def _without_patches(values: FloatArray, pixels: NDArray[np.int64], patch_size: int) -> FloatArray:
    """Return a copy of the image for each of `pixels`, (n, height, width), with the patch around it set to 0."""
    reach = patch_size // 2
    rows, columns = np.divmod(pixels, values.shape[1])
    is_row = np.abs(np.arange(values.shape[0]) - rows[:, np.newaxis]) <= reach
    is_column = np.abs(np.arange(values.shape[1]) - columns[:, np.newaxis]) <= reach
    kept: FloatArray = np.where(is_row[:, :, np.newaxis] & is_column[:, np.newaxis, :], 0, values)
    return kept


def _smoothed(gradient: FloatArray) -> FloatArray:
    """Average each pixel with its neighbours, twice by the weights ¼ ½ ¼ along either axis."""
    for _ in range(2):
        for axis in (0, 1):
            widths = [(1, 1) if each == axis else (0, 0) for each in (0, 1)]
            padded = np.pad(gradient, widths, mode="edge")
            before, after = (padded[:-2], padded[2:]) if axis == 0 else (padded[:, :-2], padded[:, 2:])
            gradient = (before + 2 * gradient + after) / 4
    return gradient
