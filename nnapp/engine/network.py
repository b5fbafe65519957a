"""A feed-forward network: layers over one vector of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.arrays import FloatArray, IntArray, as_inputs
from nnapp.engine.initializers import INITIALIZERS
from nnapp.engine.layers import ACTIVATION_LAYERS, ActivationLayer, Dense, Dropout, Layer
from nnapp.errors import NetworkError

__all__ = [
    "MAX_LAYERS",
    "MAX_NEURONS",
    "MAX_PARAMETERS",
    "Network",
    "logits_to_probabilities",
    "outputs_to_probabilities",
]

MAX_LAYERS = 255
"""Most layers of neurons, inputs included: the `.nn` file counts them in one byte."""

MAX_NEURONS = 65_535
"""Most neurons in a layer: the `.nn` file counts them in two bytes."""

MAX_PARAMETERS = 500_000_000
"""Most weights and biases: 2 GB, of which training takes six times as much. More would end the process, not in a
sentence but by the operating system."""


class Network:
    """Dense layers with activation functions, all parameters in one contiguous vector.

    Parameters
    ----------
    layers : sequence of Layer
        Starting with a `Dense` layer. Each dense layer may be followed by an activation layer (none
        means linear) and by dropout. A layer belongs to one network.
    initializer : str or None
        Entry of `INITIALIZERS` by which the parameters are drawn; with None all are 0, to be filled.
    rng : numpy.random.Generator, optional
        Source of the parameters; fresh entropy if left out.
    dtype : numpy dtype
        float32, or float64 to check gradients with.

    Attributes
    ----------
    parameters : array (n_parameters,)
        For each dense layer its weights (n_outputs, n_inputs) row by row, then its biases: the
        order of the `.nn` file. Layers hold views of it, so writing here changes the network.

    Raises
    ------
    NetworkError
        If layers do not fit each other, or a name or dtype is unknown.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        *,
        initializer: str | None = "he",
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.layers: tuple[Layer, ...] = tuple(layers)
        _check_layers(self.layers)
        if np.dtype(dtype) not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise NetworkError(f"The dtype of a network must be float32 or float64; got {np.dtype(dtype)}.")
        n_parameters = sum(layer.n_parameters for layer in self.layers)
        if n_parameters > MAX_PARAMETERS:
            raise NetworkError(f"A network must have at most {MAX_PARAMETERS:,} parameters; got {n_parameters:,}.")
        self.parameters: FloatArray = np.zeros(n_parameters, dtype)
        for layer, stretch in self.split(self.parameters):
            layer.bind(stretch)
        if initializer is not None:
            self.initialize(initializer, np.random.default_rng() if rng is None else rng)

    @classmethod
    def dense(
        cls,
        layer_sizes: Sequence[int],
        *,
        hidden_activation: str = "relu",
        output_activation: str = "softmax",
        dropout: float = 0.0,
        initializer: str | None = "he",
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
    ) -> Network:
        """Build a network from its layer sizes, inputs first.

        Parameters
        ----------
        layer_sizes : sequence of int
            2 to 255 sizes, each from 1 to 65,535, such as ``[784, 128, 64, 10]``.
        hidden_activation, output_activation : str
            Entries of `ACTIVATIONS`; softmax only for the output.
        dropout : float
            Rate of dropout after every hidden layer, 0 ≤ dropout < 1.
        initializer, rng, dtype
            As for `Network`.
        """
        sizes = list(layer_sizes)
        if not 2 <= len(sizes) <= MAX_LAYERS:
            raise NetworkError(f"A network must have 2 to {MAX_LAYERS} layers, inputs included; got {len(sizes)}.")
        names = [hidden_activation] * (len(sizes) - 2) + [output_activation]
        return cls.from_activations(sizes, names, dropout=dropout, initializer=initializer, rng=rng, dtype=dtype)

    @classmethod
    def from_activations(
        cls,
        layer_sizes: Sequence[int],
        activation_names: Sequence[str],
        *,
        dropout: float = 0.0,
        initializer: str | None = "he",
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
    ) -> Network:
        """Build a network from its layer sizes and the activation of every layer but the first.

        Arguments as for `dense`; ``len(activation_names)`` must be ``len(layer_sizes) - 1``.
        """
        if len(activation_names) != len(layer_sizes) - 1:
            raise NetworkError(
                f"{len(layer_sizes)} layers need {len(layer_sizes) - 1} activations; got {len(activation_names)}."
            )
        layers: list[Layer] = []
        for n_inputs, n_outputs, name in zip(layer_sizes, layer_sizes[1:], activation_names, strict=False):
            layers.append(Dense(n_inputs, n_outputs))
            layers.append(_activation_layer(name))
        return cls(_with_dropout(layers, dropout), initializer=initializer, rng=rng, dtype=dtype)

    def split(self, vector: FloatArray) -> Iterator[tuple[Layer, FloatArray]]:
        """Yield each layer with its stretch of a vector laid out like `parameters` (views)."""
        start = 0
        for layer in self.layers:
            yield layer, vector[start : start + layer.n_parameters]
            start += layer.n_parameters

    def initialize(self, initializer: str, rng: np.random.Generator) -> None:
        """Draw all parameters anew, layer by layer, by the named entry of `INITIALIZERS`."""
        if initializer not in INITIALIZERS:
            raise NetworkError(f"The initializer must be one of {', '.join(INITIALIZERS)}; got {initializer}.")
        for layer in self.layers:
            layer.initialize(initializer, rng)

    def set_dropout(self, rate: float) -> None:
        """Replace all dropout by dropout of this rate after every hidden layer (0 removes it)."""
        self.layers = _with_dropout([layer for layer in self.layers if not isinstance(layer, Dropout)], rate)

    @property
    def weight_slices(self) -> list[slice]:
        """Where in `parameters` the weights of each dense layer are, biases left out."""
        slices: list[slice] = []
        start = 0
        for layer in self.dense_layers:
            slices.append(slice(start, start + layer.n_outputs * layer.n_inputs))
            start += layer.n_parameters
        return slices

    @property
    def dtype(self) -> np.dtype[Any]:
        """Precision of the parameters."""
        return self.parameters.dtype

    @property
    def dense_layers(self) -> tuple[Dense, ...]:
        """The layers with weights, first to last."""
        return tuple(layer for layer in self.layers if isinstance(layer, Dense))

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Number of neurons in each layer, inputs first."""
        dense = self.dense_layers
        return (dense[0].n_inputs, *(layer.n_outputs for layer in dense))

    @property
    def activation_names(self) -> tuple[str, ...]:
        """Name of the activation function of every layer but the inputs."""
        names: list[str] = []
        for layer in self.layers:
            if isinstance(layer, Dense):
                names.append("linear")
            elif isinstance(layer, ActivationLayer):
                names[-1] = layer.activation.name
        return tuple(names)

    @property
    def output_activation(self) -> str:
        """Name of the activation function of the last layer."""
        return self.activation_names[-1]

    @property
    def n_inputs(self) -> int:
        """Number of values the network takes per image."""
        return self.dense_layers[0].n_inputs

    @property
    def n_outputs(self) -> int:
        """Number of outputs, one per class."""
        return self.dense_layers[-1].n_outputs

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases."""
        return len(self.parameters)

    def forward(self, inputs: NDArray[Any]) -> FloatArray:
        """Compute the outputs for a batch.

        Parameters
        ----------
        inputs : array (n_samples, …)
            Values 0…1 as the network was trained on, or pixels as bytes; see `as_inputs`.

        Returns
        -------
        array (n_samples, n_outputs)
            A new array. Dropout is not applied. Any thread may call this.
        """
        values = as_inputs(inputs, self.n_inputs, self.dtype)
        for layer in self.layers:
            values = layer.forward(values)
        return values

    def logits(self, inputs: NDArray[Any]) -> FloatArray:
        """Compute the weighted sums z of the last layer, before its activation function."""
        values = as_inputs(inputs, self.n_inputs, self.dtype)
        for layer in self.body:
            values = layer.forward(values)
        return values

    @property
    def body(self) -> tuple[Layer, ...]:
        """All layers but the activation function of the outputs."""
        return self.layers[:-1] if isinstance(self.layers[-1], ActivationLayer) else self.layers

    def activations(self, inputs: NDArray[Any]) -> list[FloatArray]:
        """Compute every layer's activations, for a diagram.

        Returns
        -------
        list of array (n_samples, n_neurons)
            One per entry of `layer_sizes`; the first holds the inputs, the last the outputs.
        """
        values = as_inputs(inputs, self.n_inputs, self.dtype)
        found = [values]
        for layer in self.layers:
            values = layer.forward(values)
            if isinstance(layer, Dense):
                found.append(values)
            elif isinstance(layer, ActivationLayer):
                found[-1] = values
        return found

    def predict(self, inputs: NDArray[Any]) -> IntArray:
        """Return the class with the largest output for each image, shape (n_samples,)."""
        classes: IntArray = self.forward(inputs).argmax(axis=1)
        return classes

    def predict_proba(self, inputs: NDArray[Any], temperature: float = 1.0) -> FloatArray:
        """Return the probability of every class for each image, shape (n_samples, n_outputs).

        Each row is at least 0 and sums to one: softmax outputs as they are; any other outputs with
        negative values taken as 0, divided by their sum (all equal where that is 0).

        Parameters
        ----------
        inputs : array (n_samples, …)
            As for `forward`.
        temperature : float
            What the logits of softmax outputs are divided by, see `nnapp.engine.calibration`.

        Raises
        ------
        NetworkError
            If there is a temperature other than 1, and the outputs are not softmax.
        """
        if temperature == 1:
            return outputs_to_probabilities(self.forward(inputs), self.output_activation)
        return logits_to_probabilities(self.logits(inputs), self.output_activation, temperature)

    def copy(self, dtype: DTypeLike | None = None) -> Network:
        """Return an independent network with the same layers and parameters, in `dtype` if given."""
        layers = [copy(layer) for layer in self.layers]
        twin = Network(layers, initializer=None, dtype=self.dtype if dtype is None else dtype)
        twin.parameters[:] = self.parameters
        return twin

    def __repr__(self) -> str:
        return f"Network([{', '.join(map(repr, self.layers))}])"

    def summary(self) -> str:
        """Return a table of the layers: sizes, activations, parameters and bytes."""
        lines = [f"{'layer':<18}{'outputs':>9}  {'activation':<12}{'parameters':>12}{'bytes':>12}"]
        lines.append(f"{'inputs':<18}{self.n_inputs:>9,}  {'':<12}{0:>12,}{0:>12,}")
        item_size = self.dtype.itemsize
        for number, (layer, name) in enumerate(zip(self.dense_layers, self.activation_names, strict=True), 1):
            title = "outputs" if number == len(self.dense_layers) else f"hidden layer {number}"
            size = layer.n_parameters * item_size
            lines.append(f"{title:<18}{layer.n_outputs:>9,}  {name:<12}{layer.n_parameters:>12,}{size:>12,}")
        total = self.n_parameters * item_size
        lines.append(f"{'total':<18}{'':>9}  {'':<12}{self.n_parameters:>12,}{total:>12,}")
        return "\n".join(lines)


def outputs_to_probabilities(outputs: FloatArray, output_activation: str) -> FloatArray:
    """Return outputs (n_samples, n_outputs) as rows of probabilities; see `Network.predict_proba`."""
    if output_activation == "softmax":
        return outputs
    shares = np.maximum(outputs, 0)
    totals = shares.sum(axis=1, keepdims=True)
    shares[totals[:, 0] == 0] = 1
    shares /= shares.sum(axis=1, keepdims=True)
    return shares


def logits_to_probabilities(logits: FloatArray, output_activation: str, temperature: float) -> FloatArray:
    """Return logits (n_samples, n_outputs), left as they are, as rows of probabilities; see `Network.predict_proba`."""
    if temperature != 1 and output_activation != "softmax":
        raise NetworkError(f"Outputs must be softmax to have a temperature; got {output_activation} outputs.")
    outputs = logits / logits.dtype.type(temperature)
    ACTIVATIONS[output_activation].apply(outputs, outputs)
    return outputs_to_probabilities(outputs, output_activation)


def _activation_layer(name: str) -> ActivationLayer:
    if name not in ACTIVATION_LAYERS:
        raise NetworkError(f"The activation must be one of {', '.join(ACTIVATION_LAYERS)}; got {name}.")
    return ACTIVATION_LAYERS[name]()


def _with_dropout(layers: Sequence[Layer], rate: float) -> tuple[Layer, ...]:
    """Return the layers with dropout of `rate` put after each hidden layer's activation."""
    dropout = Dropout(rate)  # refuses a wrong rate, also where there is no hidden layer
    result: list[Layer] = []
    for index, layer in enumerate(layers):
        result.append(layer)
        next_layer = layers[index + 1] if index + 1 < len(layers) else None
        if rate and isinstance(next_layer, Dense):
            result.append(dropout)
    return tuple(result)


def _check_layers(layers: Sequence[Layer]) -> None:
    if not layers or not isinstance(layers[0], Dense):
        found = repr(layers[0]) if layers else "no layer"
        raise NetworkError(f"A network must start with a Dense layer; got {found}.")
    n_dense = 0
    size = layers[0].n_inputs
    for index, layer in enumerate(layers):
        if isinstance(layer, Dense) and any(layer is earlier for earlier in layers[:index]):
            raise NetworkError(f"Each Dense layer must be an object of its own; got the same {layer!r} twice.")
        size = layer.output_size(size)
        if size > MAX_NEURONS or layers[0].n_inputs > MAX_NEURONS:
            largest = max(size, layers[0].n_inputs)
            raise NetworkError(f"A layer must have at most {MAX_NEURONS:,} neurons; got {largest:,}.")
        n_dense += isinstance(layer, Dense)
        if isinstance(layer, ActivationLayer):
            previous = layers[index - 1]
            if not isinstance(previous, Dense):
                raise NetworkError(f"An activation must follow a Dense layer; got {layer!r} after {previous!r}.")
            is_last = not any(isinstance(later, Dense) for later in layers[index:])
            if not (is_last or layer.activation.for_hidden_layers):
                raise NetworkError(f"{layer!r} must be the activation of the last layer; got it in a hidden layer.")
    if isinstance(layers[-1], Dropout):
        raise NetworkError("The last layer must be Dense or an activation; got dropout, which would drop the answer.")
    if n_dense + 1 > MAX_LAYERS:
        raise NetworkError(f"A network must have 2 to {MAX_LAYERS} layers, inputs included; got {n_dense + 1}.")
