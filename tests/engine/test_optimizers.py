"""Optimizers: their formulas by hand, many steps against PyTorch, and their memory."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.optimizers import OPTIMIZERS, PIECE_LENGTH, Adam, Optimizer


def stepped(name: str, gradients: list[float], learning_rate: float = 0.5, momentum: float = 0.75) -> list[float]:
    """Return where a parameter that begins at 1 is after each gradient."""
    parameters = np.array([1.0])
    optimizer = OPTIMIZERS[name](parameters, momentum)
    found = []
    for gradient in gradients:
        optimizer.update(np.array([gradient], float), learning_rate)
        found.append(float(parameters[0]))
    return found


def test_table_has_the_published_names() -> None:
    assert list(OPTIMIZERS) == ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"]
    assert all(optimizer.name == name and optimizer.formula for name, optimizer in OPTIMIZERS.items())
    assert [name for name, optimizer in OPTIMIZERS.items() if optimizer.decouples_weight_decay] == ["adamw"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # η = ½, gradients 2 and −1.
        ("sgd", [1 - 1, 0 + 0.5]),
        # μ = ¾. v = 2, then ¾ · 2 − 1 = ½.
        ("momentum", [1 - 1, 0 - 0.25]),
        # g + μ v: 2 + ¾ · 2 = 3.5, then −1 + ¾ · ½ = −0.625.
        ("nesterov", [1 - 1.75, -0.75 + 0.3125]),
        # s = 0.1 · 4 = 0.4, then 0.9 · 0.4 + 0.1 · 1 = 0.46. The ε of 10⁻⁸ stands outside the root.
        (
            "rmsprop",
            [1 - 1 / (sqrt(0.4) + 1e-8), 1 - 1 / (sqrt(0.4) + 1e-8) + 0.5 / (sqrt(0.46) + 1e-8)],
        ),
    ],
)
def test_two_steps_by_arithmetic(name: str, expected: list[float]) -> None:
    assert stepped(name, [2, -1]) == pytest.approx(expected, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("name", ["adam", "adamw"])
@pytest.mark.parametrize("gradient", [1e-3, -1e-3, 5.0, -5.0, 1e4])
def test_first_step_of_adam_is_the_learning_rate(name: str, gradient: float) -> None:
    """m̂ = g and √v̂ = |g|, so the step is η g / (|g| + ε), whatever the size of g."""
    [found] = stepped(name, [gradient], learning_rate=0.01)

    assert found == pytest.approx(1 - 0.01 * gradient / (abs(gradient) + 1e-8), rel=1e-14)


def test_second_step_of_adam_by_arithmetic() -> None:
    # g = 2, −1: m = 0.9 · 0.2 − 0.1 = 0.08, m̂ = 0.08 / (1 − 0.81) = 8/19;
    # v = 0.999 · 0.004 + 0.001 = 0.004996, v̂ = 0.004996 / (1 − 0.998001) = 0.004996 / 0.001999.
    first, second = stepped("adam", [2, -1], learning_rate=0.5)

    assert first - second == pytest.approx(0.5 * (8 / 19) / (sqrt(0.004996 / 0.001999) + 1e-8), rel=1e-12)


def test_epsilon_of_adam_stands_outside_the_root() -> None:
    """With g = ε the step is η ε / (ε + ε) = η / 2."""
    [found] = stepped("adam", [1e-8], learning_rate=0.01)

    assert found == pytest.approx(1 - 0.005, rel=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_gradient_0_from_the_start_changes_nothing(name: str) -> None:
    assert stepped(name, [0, 0, 0]) == [1, 1, 1]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps_against_pytorch(name: str, torch: Any) -> None:
    rng = np.random.default_rng(1)
    parameters = rng.normal(size=37)
    peer = torch.tensor(parameters.copy(), requires_grad=True)
    peers: dict[str, Any] = {
        "sgd": lambda: torch.optim.SGD([peer], lr=0.02),
        "momentum": lambda: torch.optim.SGD([peer], lr=0.02, momentum=0.8),
        "nesterov": lambda: torch.optim.SGD([peer], lr=0.02, momentum=0.8, nesterov=True),
        "rmsprop": lambda: torch.optim.RMSprop([peer], lr=0.02, alpha=0.9, eps=1e-8),
        "adam": lambda: torch.optim.Adam([peer], lr=0.02, betas=(0.9, 0.999), eps=1e-8),
        # Its decay is not the optimizer's but `decay_weights`'; both together are compared in test_trainer.py.
        "adamw": lambda: torch.optim.AdamW([peer], lr=0.02, weight_decay=0),
    }
    peer_optimizer = peers[name]()
    optimizer = OPTIMIZERS[name](parameters, momentum=0.8)

    for step in range(20):
        # Gradients of very different sizes, down to that of ε.
        gradient = rng.normal(size=37) * 10.0 ** rng.uniform(-9, 2, 37)
        learning_rate = 0.02 * 0.9**step
        peer_optimizer.param_groups[0]["lr"] = learning_rate
        peer.grad = torch.tensor(gradient.copy())
        peer_optimizer.step()
        optimizer.update(gradient, learning_rate)

        np.testing.assert_allclose(parameters, peer.detach().numpy(), rtol=1e-11, atol=1e-14)
    assert optimizer.n_updates == 20


def test_pieces_of_adam_are_no_different_from_the_whole() -> None:
    length = 2 * PIECE_LENGTH + 5
    rng = np.random.default_rng(2)
    parameters = rng.normal(size=length)
    gradients = rng.normal(size=(3, length))
    separate = parameters.copy()
    adam = Adam(parameters)
    # Whatever its place, each element must be treated as if it were alone.
    places = [0, PIECE_LENGTH - 1, PIECE_LENGTH, 2 * PIECE_LENGTH, length - 1]
    alone = separate[places]
    small_adam = Adam(alone)

    for gradient in gradients:
        small_adam.update(gradient[places], 0.1)
        adam.update(gradient.copy(), 0.1)

    np.testing.assert_array_equal(parameters[places], alone)
    assert (np.abs(parameters - separate) > 0).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_saved_memory_continues_with_the_same_bits(name: str) -> None:
    rng = np.random.default_rng(3)
    gradients = rng.normal(size=(6, 50)).astype(np.float32)
    start = rng.normal(size=50).astype(np.float32)

    def trained(optimizer: Optimizer, chosen: Any) -> None:
        for gradient in chosen:
            optimizer.update(gradient.copy(), 0.01)

    whole = OPTIMIZERS[name](start.copy())
    trained(whole, gradients)
    first = OPTIMIZERS[name](start.copy())
    trained(first, gradients[:4])
    second = OPTIMIZERS[name](first.parameters.copy())
    for key, vector in first.memory.items():
        second.memory[key][:] = vector
    second.n_updates = first.n_updates
    trained(second, gradients[4:])

    assert second.parameters.tobytes() == whole.parameters.tobytes()
    assert set(whole.memory) == set(whole.memory_names)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_change_in_place_and_in_their_precision(name: str, dtype: type) -> None:
    parameters: NDArray[Any] = np.ones(3, dtype)
    optimizer = OPTIMIZERS[name](parameters)

    optimizer.update(np.array([1, -1, 2], dtype), 0.1)

    assert optimizer.parameters is parameters
    assert all(vector.dtype == dtype for vector in optimizer.memory.values())
    assert (np.sign(parameters - 1) == [-1, 1, -1]).all(), "down the gradient"


@pytest.mark.parametrize("name", ["momentum", "nesterov", "rmsprop", "adam", "adamw"])
def test_memory_of_a_weight_at_rest_ends_at_0(name: str) -> None:
    """Gradient 1, then 0 for long: 0.9²⁰⁰⁰ is 3e-92, and on the way no value is left below the normal floats.

    The slowest memory, Adam's mean square, is 1000 · 0.999²⁰⁰⁰ = 135 of its size by then and stays as it is.
    """
    parameters = np.ones(3, np.float32)
    optimizer = OPTIMIZERS[name](parameters, 0.9)
    smallest = float(np.finfo(np.float32).tiny)
    for update in range(2000):
        optimizer.update(np.full(3, 1.0 if update == 0 else 0.0, np.float32), 1e-3)
        for vector in optimizer.memory.values():
            assert ((vector == 0) | (np.abs(vector) >= smallest)).all()

    decayed = [vector for key, vector in optimizer.memory.items() if key != "scaled_mean_square"]
    assert decayed
    assert all((vector == 0).all() for vector in decayed)
    if "scaled_mean_square" in optimizer.memory:
        np.testing.assert_allclose(optimizer.memory["scaled_mean_square"], 0.999**1999, rtol=1e-3)


def test_small_gradients_are_not_taken_for_0() -> None:
    """With a gradient of 1e-9 throughout, m̂ = g and v̂ = g², so each step is η g / (g + ε) = η / 11."""
    optimizer = Adam(np.array([0.0, 1.0]))
    for _ in range(130):
        optimizer.update(np.array([1e-9, -1e-9]), 0.01)

    np.testing.assert_allclose(optimizer.parameters, [-1.3 / 11, 1 + 1.3 / 11], rtol=1e-9)
