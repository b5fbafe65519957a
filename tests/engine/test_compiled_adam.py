"""The compiled step of Adam: the same bits as the NumPy it stands in for, and doing without it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.engine import EpochReport, Settings, Trainer, compiled_adam, optimizers
from nnapp.engine.compiled_adam import compiled_adam_step
from nnapp.engine.optimizers import Adam


@pytest.fixture
def numpy_only(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what makes Adam do with NumPy alone from there on."""

    def do() -> None:
        monkeypatch.setattr(optimizers, "compiled_adam_step", lambda dtype: None)

    return do


def test_numba_is_among_what_tests_install() -> None:
    """Else the tests below would compare NumPy with itself."""
    assert compiled_adam_step(np.dtype(np.float32)) is not None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_adam_has_the_bits_of_numpy(dtype: type, numpy_only: Callable[[], None]) -> None:
    rng = np.random.default_rng(0)
    n_parameters = 70_001  # more than one of NumPy's pieces
    start = rng.normal(size=n_parameters).astype(dtype)
    # Gradients of all sizes, zeros, denormal numbers, and what a diverging run brings.
    gradients = (rng.normal(size=(6, n_parameters)) * 10.0 ** rng.integers(-44, 12, n_parameters)).astype(dtype)
    gradients[:, ::7] = 0
    gradients[5, :3] = np.inf, -np.inf, np.nan

    def steps() -> Adam:
        optimizer = Adam(start.copy())
        for gradient in gradients:
            optimizer.update(gradient.copy(), 0.01)
        return optimizer

    with np.errstate(over="ignore", invalid="ignore"):
        found = steps()
        numpy_only()
        expected = steps()

    np.testing.assert_array_equal(found.parameters, expected.parameters)
    for name, vector in expected.memory.items():
        np.testing.assert_array_equal(found.memory[name], vector)
    assert found.parameters.dtype == dtype
    # 12 of 56 sizes are so large that they move a weight by nearly the learning rate, and 6 of 7 gradients are not 0.
    assert (found.parameters != start).mean() > 12 / 56 * 6 / 7


def test_a_run_has_the_same_bits_without_numba(numpy_only: Callable[[], None]) -> None:
    rng = np.random.default_rng(2)
    images = rng.integers(0, 256, (1_000, 28, 28), dtype=np.uint8)
    labels = rng.integers(0, 10, 1_000)
    settings = Settings(hidden=(80,), epochs=1, batch_size=100)

    def trained() -> tuple[list[float], Any]:
        network = settings.new_network(784, 10)
        reports = Trainer(network, images, labels, settings).run()
        return [r.training_loss for r in reports if isinstance(r, EpochReport)], network.parameters

    found_losses, found = trained()
    numpy_only()
    expected_losses, expected = trained()

    assert found_losses == expected_losses
    np.testing.assert_array_equal(found, expected)


def test_without_numba_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)  # an import of it fails

    assert compiled_adam.compiled_adam_step.__wrapped__(np.dtype(np.float32)) is None


@pytest.mark.parametrize("error", [RuntimeError("no locator available"), OSError(28, "No space left")])
def test_without_a_place_for_machine_code_there_is_none(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Numba raises the first where neither the package's folder nor the user's cache can be written."""
    import numba

    def compile_in_vain(function: Any) -> Any:
        raise error

    monkeypatch.setattr(numba, "njit", lambda **options: compile_in_vain)

    assert compiled_adam.compiled_adam_step.__wrapped__(np.dtype(np.float32)) is None


def test_broken_machine_code_is_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A disk that was full, or a crash in the middle, leaves files of any length."""
    from numba import config

    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    assert compiled_adam.compiled_adam_step.__wrapped__(np.dtype(np.float32)) is not None
    [code] = tmp_path.rglob("*.nbc")
    whole = code.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        code.write_bytes(whole[:length])
        assert compiled_adam.compiled_adam_step.__wrapped__(np.dtype(np.float32)) is None


def test_numba_is_not_loaded_for_small_work() -> None:
    code = """
import sys
import numpy as np
from nnapp.engine import Settings, Trainer
settings = Settings(hidden=(16,), epochs=1, batch_size=50)
images, labels = np.zeros((500, 28, 28), np.uint8), np.arange(500) % 10
list(Trainer(settings.new_network(784, 10), images, labels, settings).run())
sys.exit("numba" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
