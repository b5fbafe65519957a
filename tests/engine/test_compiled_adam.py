"""The compiled step of Adam: the same bits as the NumPy it stands in for, and doing without it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnapp.engine import EpochReport, Settings, Trainer, compiled_adam, optimizers
from nnapp.engine.compiled_adam import compiled_adam_step
from nnapp.engine.optimizers import Adam

FLOAT32 = np.dtype(np.float32)
COMPILER = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None) if os.name == "posix" else None
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="without a C compiler there is nothing to compare")


@pytest.fixture
def numpy_only(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what makes Adam do with NumPy alone from there on."""
    return lambda: monkeypatch.setattr(optimizers, "compiled_adam_step", lambda dtype: None)


@needs_compiler
def test_it_is_there_where_it_can_be() -> None:
    """Else the tests below would compare NumPy with itself."""
    assert compiled_adam_step(FLOAT32) is not None


@needs_compiler
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_parameters", [1, 15, 16, 33, 70_001])  # vectors of any width, and more than NumPy's piece
def test_step_has_the_bits_of_numpy(dtype: type, n_parameters: int, numpy_only: Callable[[], None]) -> None:
    rng = np.random.default_rng(n_parameters)
    start = rng.normal(size=n_parameters).astype(dtype)
    # Gradients of all sizes, zeros, denormal numbers, and what a diverging run brings.
    gradients = (rng.normal(size=(6, n_parameters)) * 10.0 ** rng.integers(-44, 12, n_parameters)).astype(dtype)
    gradients[:, 7::7] = 0
    gradients[5, 3:6] = [np.inf, -np.inf, np.nan][: max(0, n_parameters - 3)]

    def stepped() -> Adam:
        optimizer = Adam(start.copy())
        for gradient in gradients:
            optimizer.update(gradient.copy(), 0.01)
        return optimizer

    with np.errstate(over="ignore", invalid="ignore"):
        found = stepped()
        numpy_only()
        expected = stepped()

    np.testing.assert_array_equal(found.parameters, expected.parameters)
    for name, vector in expected.memory.items():
        np.testing.assert_array_equal(found.memory[name], vector)
        assert (vector != 0).any() or n_parameters == 1  # whose gradients are too small to square
    assert found.parameters.dtype == dtype


@needs_compiler
def test_a_run_has_the_same_bits(numpy_only: Callable[[], None]) -> None:
    rng = np.random.default_rng(2)
    images = rng.integers(0, 256, (1_000, 28, 28), dtype=np.uint8)
    labels = rng.integers(0, 10, 1_000)
    settings = Settings(hidden=(30, 20), epochs=2, batch_size=100)

    def trained() -> tuple[list[float], Any]:
        network = settings.new_network(784, 10)
        reports = Trainer(network, images, labels, settings).run()
        return [r.training_loss for r in reports if isinstance(r, EpochReport)], network.parameters

    found_losses, found = trained()
    numpy_only()
    expected_losses, expected = trained()

    assert found_losses == expected_losses
    np.testing.assert_array_equal(found, expected)


@needs_compiler
def test_vectors_that_do_not_fit_are_not_touched() -> None:
    """In C, nothing would notice."""
    step = compiled_adam_step(FLOAT32)
    assert step is not None
    whole = np.zeros(8, np.float32)

    for wrong in (np.zeros(7, np.float32), np.zeros(8), np.zeros(16, np.float32)[::2]):
        with pytest.raises(ValueError, match="contiguous, of type float32 and of one length"):
            step(whole, wrong, whole.copy(), whole.copy(), 0.9, 0.999, 1e-8, 0.1)


@needs_compiler
@pytest.mark.parametrize(("option", "is_compiled"), [("-O3", True), ("-ffast-math", False)])
def test_it_is_not_compiled_where_its_bits_would_be_others(option: str, is_compiled: bool) -> None:
    """As by someone whose CFLAGS say so."""
    assert COMPILER is not None
    source = Path(optimizers.__file__).with_name("adam_step.c")
    done = subprocess.run([COMPILER, option, "-fsyntax-only", str(source)], capture_output=True, text=True, check=False)

    assert (done.returncode == 0) == is_compiled, done.stderr
    assert ("rounding of NumPy" in done.stderr) != is_compiled


def test_without_the_library_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_adam, "find_spec", lambda name: None)

    assert compiled_adam_step.__wrapped__(FLOAT32) is None


def test_what_is_no_such_library_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    no_library = tmp_path / f"adam_step{sysconfig.get_config_var('EXT_SUFFIX')}"
    no_library.write_bytes(b"made on another machine")
    import _ctypes

    for path in (str(no_library), _ctypes.__file__):
        monkeypatch.setattr(compiled_adam, "find_spec", lambda name, path=path: ModuleSpec(name, None, origin=path))
        assert compiled_adam_step.__wrapped__(FLOAT32) is None
