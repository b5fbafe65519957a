"""The benchmarks run, compare like with like, and say where losses differ."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parent.parent
BENCHMARKS = PROJECT / "benchmarks"


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_others_must_come_to_our_loss(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    are_alike = load("training", monkeypatch)._are_alike

    assert are_alike({"nnapp": 0.25, "PyTorch": 0.2549, "JAX": 0.2451, "products only": float("nan")}, "cross-entropy")
    assert are_alike({"nnapp": 0.25, "scikit-learn": 0.1}, "squared-error")  # of another scale
    assert not are_alike({"nnapp": 0.25, "scikit-learn": 0.1}, "cross-entropy")
    assert not are_alike({"nnapp": 0.25, "PyTorch": float("nan")}, "cross-entropy")
    assert capsys.readouterr().err.count("differ") == 2


def test_rows_have_medians_and_mark_missed_goals(monkeypatch: pytest.MonkeyPatch) -> None:
    training = load("training", monkeypatch)
    row = training._row("a", {"nnapp": [0.3, 0.1, 0.2], "PyTorch": [0.4], "JAX": [0.1], "products only": [0.1]})

    # 0.2 / 0.4 is under PyTorch's 0.6; 0.2 / 0.1 is over JAX's 1 and over 1.6.
    assert row == "| a | 0.200 s | 0.400 s | 0.50 | 0.100 s | **2.00** | 0.100 s | **2.00** |"


def test_line_has_the_least_relative_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    scaling = load("scaling", monkeypatch)
    series = scaling.Series("images", "images", ["1", "2", "4"], [1.0, 2.0, 4.0], [3.0, 5.0, 9.0])

    assert series.line() == pytest.approx((1, 2))
    assert series.largest_deviation() == pytest.approx(0, abs=1e-12)


def test_multiplications_of_an_image(monkeypatch: pytest.MonkeyPatch) -> None:
    """784·16 forwards and for the gradient, 16·10 forwards, for the gradient and for the errors."""
    from nnapp.engine import Settings

    found = load("scaling", monkeypatch)._multiplications(Settings(hidden=(16,)))

    assert found == 2 * 784 * 16 + 3 * 16 * 10


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "arguments", "row"),
    [
        ("training", ["--cells", "A", "--repeats", "1"], "| 784-16-16-10, batch 50, SGD |"),
        ("scaling", ["--repeats", "1", "--dry-run"], "| 784-800-10 | 636,010 |"),
        ("search", ["--repeats", "1", "--epochs", "1", "--images", "2000", "--dry-run"], "24 runs of 1 epoch on "),
    ],
)
@pytest.mark.timeout(600)
def test_benchmark_runs(name: str, arguments: list[str], row: str) -> None:
    if name == "training":
        pytest.importorskip("jax", reason="needs the extra peers")
    before = (PROJECT / "docs" / "performance.md").read_bytes()
    command = [sys.executable, str(BENCHMARKS / f"{name}.py"), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    assert row in result.stdout
    assert (PROJECT / "docs" / "performance.md").read_bytes() == before
