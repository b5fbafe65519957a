"""The same epochs of training in nnapp, PyTorch, JAX and scikit-learn, and as matrix products only.

Each contender is a generator that trains one epoch per step and yields its mean training loss. All begin with the same
weights and see the same images in the same order. Data are in memory, in the form that suits the contender, before its
first step; what each then does to gather shuffled batches is part of its time. NumPy and the peers are imported late,
since they read the number of threads from the environment.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nnapp.engine import Settings

__all__ = ["CONTENDERS", "LOSS_IS_ANOTHER", "OURS", "PRODUCTS"]

Contender = Callable[["NDArray[np.uint8]", "NDArray[np.int64]", "Settings"], Iterator[float]]

OURS, PRODUCTS = "nnapp", "products only"


def nnapp(images: NDArray[np.uint8], labels: NDArray[np.int64], settings: Settings) -> Iterator[float]:
    """Train with nnapp: what `nnapp train` does, with reports and checks."""
    from nnapp.engine import EpochReport, Trainer

    trainer = Trainer(settings.new_network(images[0].size, 10), images, labels, settings)
    for report in trainer.run():
        if isinstance(report, EpochReport):
            yield report.training_loss


def pytorch(images: NDArray[np.uint8], labels: NDArray[np.int64], settings: Settings) -> Iterator[float]:
    """Train with PyTorch: eager, with its fastest optimizers, all images shuffled at once before an epoch."""
    import torch

    model = _torch_model(images, settings)
    kinds: dict[str, Any] = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}
    optimizer = kinds[settings.optimizer](model.parameters(), lr=settings.learning_rate, fused=True)
    inputs = torch.from_numpy(_inputs(images))
    targets = torch.from_numpy(labels.copy())  # PyTorch takes no read-only array
    is_squared = settings.loss == "squared-error"
    if is_squared:
        targets = torch.nn.functional.one_hot(targets, 10).float()
    for epoch in range(settings.epochs):
        order = torch.from_numpy(_order(settings, epoch, len(images)))
        loss_sum = torch.zeros(())
        batches = zip(inputs[order].split(settings.batch_size), targets[order].split(settings.batch_size), strict=True)
        for batch, target in batches:
            optimizer.zero_grad(set_to_none=True)
            outputs = model(batch)
            if is_squared:
                loss = (outputs - target).square().sum() / (2 * len(batch))
            else:
                loss = torch.nn.functional.cross_entropy(outputs, target)
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(batch)
        yield float(loss_sum) / len(images)


def jax(images: NDArray[np.uint8], labels: NDArray[np.int64], settings: Settings) -> Iterator[float]:
    """Train with JAX: a whole epoch is one compiled scan. A last batch that is short is left out, as scan needs."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    size, rate = settings.batch_size, settings.learning_rate
    is_squared, is_adam = settings.loss == "squared-error", settings.optimizer == "adam"
    tree_map = jax.tree_util.tree_map

    def loss_of(parameters: Any, batch: Any, target: Any) -> Any:
        values = batch
        for weights, biases in parameters[:-1]:
            sums = values @ weights + biases
            values = jax.nn.sigmoid(sums) if is_squared else jax.nn.relu(sums)
        sums = values @ parameters[-1][0] + parameters[-1][1]
        if is_squared:
            return jnp.sum(jnp.square(jax.nn.sigmoid(sums) - target)) / (2 * size)
        return -jnp.sum(jax.nn.log_softmax(sums) * target) / size

    def step(state: Any, batch: Any) -> Any:
        parameters, mean, square, count = state
        loss, gradients = jax.value_and_grad(loss_of)(parameters, *batch)
        if not is_adam:
            return (tree_map(lambda p, g: p - rate * g, parameters, gradients), mean, square, count), loss
        count = count + 1
        mean = tree_map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradients)
        square = tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradients)
        root = jnp.sqrt(1 - 0.999**count)
        scale = rate * root / (1 - 0.9**count)
        parameters = tree_map(lambda p, m, v: p - scale * m / (jnp.sqrt(v) + 1e-8 * root), parameters, mean, square)
        return (parameters, mean, square, count), loss

    @jax.jit
    def train(state: Any, inputs: Any, targets: Any, order: Any) -> Any:
        def body(state: Any, number: Any) -> Any:
            rows = jax.lax.dynamic_slice(order, (number * size,), (size,))
            return step(state, (inputs[rows], targets[rows]))

        return jax.lax.scan(body, state, jnp.arange(len(images) // size))

    network = settings.new_network(images[0].size, 10)
    parameters = [(jnp.asarray(dense.weights.T), jnp.asarray(dense.biases)) for dense in network.dense_layers]
    zeros = tree_map(jnp.zeros_like, parameters)
    state = (parameters, zeros, zeros, jnp.zeros(()))
    inputs, targets = jnp.asarray(_inputs(images)), jnp.asarray(np.eye(10, dtype="f4")[labels])
    for epoch in range(settings.epochs):
        state, losses = train(state, inputs, targets, jnp.asarray(_order(settings, epoch, len(images))))
        yield float(losses.mean())


def scikit_learn(images: NDArray[np.uint8], labels: NDArray[np.int64], settings: Settings) -> Iterator[float]:
    """Train with scikit-learn, an epoch at a time.

    It has no sigmoid outputs with squared error; linear outputs, which are less work, take their place.
    """
    import numpy as np
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

    is_squared = settings.loss == "squared-error"
    model: Any = (MLPRegressor if is_squared else MLPClassifier)(
        hidden_layer_sizes=settings.hidden,
        activation="logistic" if is_squared else "relu",
        solver=settings.optimizer,
        alpha=0.0,
        batch_size=settings.batch_size,
        learning_rate_init=settings.learning_rate / (10 if is_squared else 1),
        momentum=0.0,
        nesterovs_momentum=False,
        shuffle=False,
        tol=0.0,
    )
    inputs = _inputs(images)
    wanted = np.eye(10, dtype="f4")[labels] if is_squared else labels
    network = settings.new_network(images[0].size, 10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that one epoch is not enough
        few = slice(0, settings.batch_size)
        model.partial_fit(inputs[few], wanted[few], **({} if is_squared else {"classes": np.arange(10)}))
        for number, dense in enumerate(network.dense_layers):
            model.coefs_[number][...] = dense.weights.T
            model.intercepts_[number][...] = dense.biases
        parameters = model.coefs_ + model.intercepts_
        rate = model.learning_rate_init
        model._optimizer = (
            AdamOptimizer(parameters, rate)
            if settings.optimizer == "adam"
            else SGDOptimizer(parameters, rate, momentum=0.0, nesterov=False)
        )
        for epoch in range(settings.epochs):
            order = _order(settings, epoch, len(images))
            model.partial_fit(inputs[order], wanted[order])
            yield float(model.loss_)


def products(images: NDArray[np.uint8], labels: NDArray[np.int64], settings: Settings) -> Iterator[float]:
    """Do the matrix products of training in NumPy and nothing else; batches lie ready, and there is no loss."""
    import numpy as np

    size = settings.batch_size
    inputs = _inputs(images)
    weights = [dense.weights.copy() for dense in settings.new_network(images[0].size, 10).dense_layers]
    outputs = [np.zeros((size, len(matrix)), np.float32) for matrix in weights]
    errors = [np.zeros_like(array) for array in outputs]
    gradients = [np.zeros_like(matrix) for matrix in weights]
    for _ in range(settings.epochs):
        for start in range(0, len(inputs) - size + 1, size):
            befores = [inputs[start : start + size], *outputs[:-1]]
            for before, matrix, after in zip(befores, weights, outputs, strict=True):
                np.matmul(before, matrix.T, out=after)
            for number in reversed(range(len(weights))):
                np.matmul(errors[number].T, befores[number], out=gradients[number])
                if number:
                    np.matmul(errors[number], weights[number], out=errors[number - 1])
        yield float("nan")


def _torch_model(images: NDArray[np.uint8], settings: Settings) -> Any:
    import torch

    is_squared = settings.loss == "squared-error"
    modules: list[torch.nn.Module] = []
    for ours in settings.new_network(images[0].size, 10).dense_layers:
        linear = torch.nn.Linear(ours.n_inputs, ours.n_outputs)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(ours.weights))
            linear.bias.copy_(torch.from_numpy(ours.biases))
        modules += [linear, torch.nn.Sigmoid() if is_squared else torch.nn.ReLU()]
    return torch.nn.Sequential(*(modules if is_squared else modules[:-1]))


def _inputs(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    import numpy as np

    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


def _order(settings: Settings, epoch: int, n_images: int) -> NDArray[np.int64]:
    from nnapp.engine.randomness import Purpose, random_stream

    return random_stream(settings.seed, Purpose.SHUFFLE, epoch).permutation(n_images)


CONTENDERS: dict[str, Contender] = {
    OURS: nnapp,
    "PyTorch": pytorch,
    "JAX": jax,
    "scikit-learn": scikit_learn,
    PRODUCTS: products,
}
"""Who is compared, by name."""

LOSS_IS_ANOTHER = {("scikit-learn", "squared-error")}
"""Contender and loss whose figures are of another scale."""
