"""The file of a run: what was saved and loaded continues with the same bits, and nothing else is loaded."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnapp.engine.network import Network
from nnapp.engine.optimizers import OPTIMIZERS
from nnapp.engine.reports import EpochReport, TrainerState
from nnapp.engine.settings import Settings
from nnapp.engine.trainer import Trainer
from nnapp.errors import FileFormatError, NetworkError, NnappError, StorageError
from nnapp.storage.run_file import Run, data_fingerprint, read_run, run_path, write_run

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "file-format.md"
FINGERPRINT = "0123456789abcdef" * 4


@dataclass
class Problem:
    """Something small to train on: 60 images of 2 × 3 pixels in 3 classes."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def trainer(self, settings: Settings, network: Network, state: TrainerState | None = None) -> Trainer:
        # Every batch is reported, so that a run can be stopped after any of them.
        return Trainer(network, self.images, self.labels, settings, state=state, report_interval_s=0.0)


@pytest.fixture
def problem() -> Problem:
    rng = np.random.default_rng(1)
    return Problem(rng.integers(0, 256, (60, 2, 3), np.uint8), rng.integers(0, 3, 60))


def run_of(trainer: Trainer) -> Run:
    network = trainer.network
    return Run(trainer.state(), network.layer_sizes, network.activation_names, ("a", "b", "c"), (2, 3), FINGERPRINT)


SETTINGS = Settings(hidden=(5, 4), epochs=4, batch_size=7, dropout=0.3, l2=1e-3, momentum=0.5)


def trained(problem: Problem, settings: Settings, n_reports: int, dtype: Any = np.float32) -> Trainer:
    """Return a trainer that stopped after this many reports."""
    network = settings.new_network(6, 3).copy(dtype)
    trainer = problem.trainer(settings, network)
    reports = trainer.run()
    for _ in range(n_reports):
        next(reports)
    reports.close()
    return trainer


def without_speeds(trainer: Trainer) -> list[EpochReport]:
    return [replace(report, seconds=0.0, images_per_second=0.0) for report in trainer.history]


@pytest.fixture
def good(problem: Problem, tmp_path: Path) -> Path:
    """Return the file of a run that stopped in its second epoch."""
    path = tmp_path / "good.run.npz"
    write_run(path, run_of(trained(problem, SETTINGS, 11)))
    return path


# 54 images train (a tenth of 60 is held out), in 8 batches of at most 7. All batches but the last of an epoch are
# reported, and the epoch is, so that 8 reports make an epoch.
@pytest.mark.parametrize("n_reports", [0, 1, 8, 11, 16])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_run_saved_and_loaded_ends_with_the_same_bits(
    problem: Problem, tmp_path: Path, optimizer: str, n_reports: int
) -> None:
    settings = replace(SETTINGS, optimizer=optimizer, schedule="plateau", schedule_epochs=1)
    whole = trained(problem, settings, 32)
    assert whole.n_epochs_done == 4

    first = trained(problem, settings, n_reports)
    assert first.n_epochs_done == n_reports // 8
    write_run(tmp_path / "a.run.npz", run_of(first))
    run = read_run(tmp_path / "a.run.npz")
    second = problem.trainer(run.state.settings, run.new_network(), run.state)
    for _ in second.run():
        pass

    assert second.network.parameters.tobytes() == whole.network.parameters.tobytes()
    assert without_speeds(second) == without_speeds(whole)
    left, right = second.state(), whole.state()
    assert left.parameters.tobytes() == right.parameters.tobytes()
    for name, vector in right.optimizer_memory.items():
        assert left.optimizer_memory[name].tobytes() == vector.tobytes()
    assert left.n_updates == right.n_updates == 4 * 8


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_is_read_as_it_was_written(problem: Problem, tmp_path: Path, dtype: Any) -> None:
    run = run_of(trained(problem, SETTINGS, 11, dtype))
    path = tmp_path / "a.run.npz"
    write_run(path, run)

    again = read_run(path)

    assert again.layer_sizes == (6, 5, 4, 3)
    assert again.activation_names == ("relu", "relu", "softmax")
    assert (again.class_names, again.input_shape, again.data_fingerprint) == (("a", "b", "c"), (2, 3), FINGERPRINT)
    for name, value in vars(run.state).items():
        found = getattr(again.state, name)
        if isinstance(value, np.ndarray):
            assert found.dtype == dtype
            assert found.tobytes() == value.tobytes()
        elif name == "optimizer_memory":
            assert {key: vector.tolist() for key, vector in found.items()} == {k: v.tolist() for k, v in value.items()}
        else:
            assert found == value
    network = again.new_network()
    assert repr(network) == (
        "Network([Dense(6, 5), ReLU(), Dropout(0.3), Dense(5, 4), ReLU(), Dropout(0.3), Dense(4, 3), Softmax()])"
    )
    assert network.parameters.tobytes() == run.state.parameters.tobytes()


def test_the_same_run_makes_the_same_bytes(problem: Problem, tmp_path: Path) -> None:
    run = run_of(trained(problem, SETTINGS, 11))
    for name in ("a", "b"):
        write_run(tmp_path / name, run)
    write_run(tmp_path / "c", read_run(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()


@pytest.mark.parametrize(
    ("network", "run"),
    [
        ("a.nn", "a.run.npz"),
        ("a.run.npz", "a.run.npz"),
        ("folder.nn/a", "folder.nn/a.run.npz"),
        ("a.v2", "a.v2.run.npz"),
        ("a.nn.nn", "a.nn.run.npz"),
        (Path("networks") / "a.nn", "networks/a.run.npz"),
    ],
)
def test_the_run_lies_beside_its_network(network: str | Path, run: str) -> None:
    assert run_path(network) == Path(run)


class TestFingerprint:
    images = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
    labels = np.array([0, 1, 2, 0])

    def test_is_the_same_for_the_same_data(self) -> None:
        fingerprint = data_fingerprint(self.images, self.labels)
        assert re.fullmatch("[0-9a-f]{64}", fingerprint)
        assert data_fingerprint(self.images.copy(), self.labels.astype(np.uint8)) == fingerprint
        assert data_fingerprint(np.repeat(self.images, 2, axis=2)[:, :, ::2], self.labels) == fingerprint

    @pytest.mark.parametrize(
        "change",
        [
            lambda images, labels: (images.reshape(4, 3, 2), labels),
            lambda images, labels: (images[::-1], labels),
            lambda images, labels: (images.astype(np.float32), labels),
            lambda images, labels: (images, labels[::-1]),
            lambda images, labels: (images[:3], labels[:3]),
        ],
    )
    def test_is_another_for_other_data(self, change: Callable[..., tuple[NDArray[Any], NDArray[Any]]]) -> None:
        assert data_fingerprint(*change(self.images, self.labels)) != data_fingerprint(self.images, self.labels)


def changed(path: Path, changes: dict[str, Any] | None = None, /, **arrays: Any) -> Path:
    """Change a run with NumPy's own functions; None removes an array, or a key of the description."""
    with np.load(path, allow_pickle=False) as archive:
        everything = dict(archive)
    document = json.loads(everything["description"].tobytes()) | (changes or {})
    text = json.dumps({key: value for key, value in document.items() if value is not None})
    everything |= {"description": np.frombuffer(text.encode(), np.uint8)} | arrays
    with path.open("wb") as stream:
        np.savez(stream, **{name: array for name, array in everything.items() if array is not None})
    return path


def sentence_of(path: Path) -> str:
    with pytest.raises(FileFormatError) as caught:
        read_run(path)
    return str(caught.value).replace(str(path), "a.run.npz")


def test_numpy_may_write_the_file(good: Path) -> None:
    expected = read_run(good).state.parameters.tobytes()
    assert read_run(changed(good)).state.parameters.tobytes() == expected


DESCRIPTION = "a.run.npz (description)"
ALLOWED_SIZES = "2 to 255 whole numbers from 1 to 65535"


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        ({"format": "nnapp run 2"}, f'"format" in {DESCRIPTION} must be "nnapp run 1"; got "nnapp run 2".'),
        ({"format": None}, f'"format" in {DESCRIPTION} must be "nnapp run 1"; got null.'),
        ({"dtype": "float16"}, f'"dtype" in {DESCRIPTION} must be float32 or float64; got "float16".'),
        ({"dtype": ["float32"]}, f'"dtype" in {DESCRIPTION} must be float32 or float64; got ["float32"].'),
        ({"data_fingerprint": "F" * 64}, f'"data_fingerprint" in {DESCRIPTION} must be 64 hexadecimal digits; got "FF'),
        ({"layer_sizes": [6]}, f'"layer_sizes" in {DESCRIPTION} must be {ALLOWED_SIZES}; got [6].'),
        ({"layer_sizes": [6, 0, 3]}, f'"layer_sizes" in {DESCRIPTION} must be {ALLOWED_SIZES}; got [6, 0, 3].'),
        ({"layer_sizes": {}}, f'"layer_sizes" in {DESCRIPTION} must be {ALLOWED_SIZES}; got {{}}.'),
        ({"activations": ["relu"]}, f'"activations" in {DESCRIPTION} must be 3, one for each layer but the inputs; '),
        (
            {"activations": ["relu", "relu", "tanh"]},
            f'"loss" in {DESCRIPTION} must be squared-error for tanh outputs; got "cross-entropy".',
        ),
        ({"class_names": ["a"]}, f'"class_names" in {DESCRIPTION} must be 3, one for each output; got 1.'),
        (
            {"input_shape": [3, 3]},
            f'"input_shape" in {DESCRIPTION} must be a list of whole numbers whose product is 6, ',
        ),
        ({"history": []}, "The vectors in a.run.npz must be parameters, optimizer_scaled_mean, "),
        ({"n_updates": None}, f'"n_updates" in {DESCRIPTION} must be a whole number of at least 0; got null.'),
        # 6·5 + 5 + 5·4 + 4 + 4·3 + 3 = 74 parameters with 5 neurons; 7·5 + 5 + 24 + 15 = 79 with 7 inputs.
        (
            {"layer_sizes": [7, 5, 4, 3], "input_shape": [7]},
            "Array 'parameters' in a.run.npz must hold 79 elements of type <f4; got 74 of type <f4 in 296 bytes.",
        ),
        # 7 · 65535 + 65536 · 65535 + 65536 · 3 = 4,295,557,113
        (
            {"layer_sizes": [6, 65535, 65535, 3], "activations": ["relu", "relu", "softmax"]},
            "Array 'parameters' in a.run.npz must hold 4,295,557,113 elements of type <f4; got 74 of type <f4 in ",
        ),
    ],
)
def test_each_rule_of_the_description_has_its_sentence(good: Path, description: dict[str, Any], sentence: str) -> None:
    assert sentence_of(changed(good, description)).startswith(sentence)


VECTORS = "parameters, optimizer_scaled_mean, optimizer_scaled_mean_square, best_parameters"


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"description": None}, "Arrays in a.run.npz must include 'description'; got "),
        ({"description": np.zeros(3, np.float32)}, "Array 'description' in a.run.npz must hold elements of type |u1; "),
        (
            {"description": np.zeros(3, np.uint8)},
            "a.run.npz (description) must be JSON; got an error at ",
        ),
        (
            {"parameters": None},
            f"The vectors in a.run.npz must be {VECTORS}; got best_parameters, optimizer_scaled_mean, ",
        ),
        ({"best_parameters": None}, f"The vectors in a.run.npz must be {VECTORS}; got "),
        ({"optimizer_scaled_mean": None}, f"The vectors in a.run.npz must be {VECTORS}; got "),
        ({"optimizer_velocity": np.zeros(74, np.float32)}, f"The vectors in a.run.npz must be {VECTORS}; got "),
        (
            {"parameters": np.zeros(73, np.float32)},
            "Array 'parameters' in a.run.npz must hold 74 elements of type <f4; got 73 of type <f4 in 292 bytes.",
        ),
        (
            {"parameters": np.zeros(74)},
            "Array 'parameters' in a.run.npz must hold 74 elements of type <f4; got 74 of type <f8 in 592 bytes.",
        ),
        (
            {"parameters": np.zeros((74, 1), np.float32)},
            "Array 'parameters' in a.run.npz must start as an array of one dimension; got ",
        ),
        # The biases of the first layer start at 6 · 5 = 30.
        (
            {"best_parameters": np.where(np.arange(74) == 31, np.nan, 0).astype(np.float32)},
            "The bias of neuron 1 in layer 1 in the best_parameters of a.run.npz must be a finite number; got nan.",
        ),
        (
            {"optimizer_scaled_mean": np.full(74, -np.inf, np.float32)},
            "Weight 0 of neuron 0 in layer 1 in the optimizer_scaled_mean of a.run.npz must be a finite number; ",
        ),
    ],
)
def test_each_rule_of_the_arrays_has_its_sentence(good: Path, arrays: dict[str, Any], sentence: str) -> None:
    assert sentence_of(changed(good, **arrays)).startswith(sentence)


def candidates(data: bytes) -> Iterator[bytes]:
    """Yield the file cut, shortened in the middle and with one byte changed, in many places."""
    for position in range(0, len(data), 7):
        yield data[:position]
        yield data[:position] + data[position + 5 :]
        yield data[:position] + bytes([data[position] ^ 0x55]) + data[position + 1 :]


def test_damage_is_refused_or_does_no_harm(good: Path) -> None:
    data = good.read_bytes()
    expected = read_run(good)

    def is_harmless(candidate: bytes) -> bool:
        good.write_bytes(candidate)
        try:
            run = read_run(good)
        except NnappError:
            return True
        return run.state.parameters.tobytes() == expected.state.parameters.tobytes() and run.state.history == (
            expected.state.history
        )

    assert [candidate for candidate in candidates(data) if not is_harmless(candidate)] == []


def test_a_network_file_is_no_run(tmp_path: Path) -> None:
    path = tmp_path / "a.nn"
    path.write_bytes(b"\2\1\0\1\0" + bytes(8))
    assert sentence_of(path) == (
        "a.run.npz must be an undamaged .npz file; got one that fails with: File is not a zip file."
    )


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"it does not exist\.$"):
        read_run(tmp_path / "a.run.npz")
    with pytest.raises(StorageError, match=r"it is a folder, not a file\.$"):
        read_run(tmp_path)


def test_what_could_not_be_read_again_is_not_written(problem: Problem, tmp_path: Path) -> None:
    run = run_of(trained(problem, SETTINGS, 11))
    state = run.state
    not_finite = state.parameters.copy()
    not_finite[0] = np.nan
    for bad, sentence in (
        (replace(run, class_names=("a",)), '"class_names" in '),
        (replace(run, state=replace(state, loss_sum=float("nan"))), "Numbers in "),
        (
            replace(run, state=replace(state, parameters=not_finite)),
            "Weight 0 of neuron 0 in layer 1 in the parameters ",
        ),
        (
            replace(run, state=replace(state, best_parameters=not_finite[:5])),
            "The best_parameters of a run must be 74 ",
        ),
        (replace(run, state=replace(state, best_parameters=None)), "The vectors in "),
        (replace(run, state=replace(state, optimizer_memory={})), "The vectors in "),
    ):
        with pytest.raises(NetworkError) as caught:
            write_run(tmp_path / "a.run.npz", bad)
        assert str(caught.value).startswith(sentence)
    assert os.listdir(tmp_path) == []


def test_a_full_disk_leaves_the_old_file(problem: Problem, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    data = good.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"good\.run\.npz: the disk is full\.$"):
        write_run(good, run_of(trained(problem, SETTINGS, 3)))
    assert good.read_bytes() == data
    assert os.listdir(good.parent) == [good.name]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")
def test_a_disk_that_is_full_at_once_is_told(problem: Problem) -> None:
    with pytest.raises(StorageError, match=r"^Cannot write /dev/full: the disk is full\.$"):
        write_run("/dev/full", run_of(trained(problem, SETTINGS, 3)))


def test_the_program_in_the_document_reads_a_run(
    good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(good.parent)
    good.rename("a.run.npz")
    [source] = re.findall(r"```python\n(import json\n.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)

    exec(source, {})

    # 11 reports are 8 batches of the first epoch and 3 of the second.
    assert capsys.readouterr().out == "adam 11 (74,)\n"
