"""``nnapp train``: what it makes, what it says, and what it refuses."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.command_line import Result, start_process
from support.data_sets import make_images, write_data_set

from nnapp.engine import PRESETS, Settings, Trainer, evaluate
from nnapp.storage.datasets import load_dataset
from nnapp.storage.idx_file import write_idx
from nnapp.storage.network_file import read_network, write_network
from nnapp.storage.trained_networks import snapshot_path

Run = Callable[..., Result]
QUICK = ("--hidden", "16", "--batch-size", "20", "--learning-rate", "0.01")


def test_network_learns_and_is_saved(nnapp: Run, data: Path) -> None:
    result = nnapp("train", "--data", data, *QUICK, "--epochs", "8", "--save", "a.nn")
    assert result.code == 0
    stored = read_network("a.nn")
    assert stored.network.layer_sizes == (784, 16, 10)
    images = load_dataset(data)
    accuracy = evaluate(stored.network, images.test_images, images.test_labels).accuracy
    assert accuracy > 0.9  # a bright row tells the class; guessing gives 0.1
    assert f"{100 * accuracy:.2f} % right ({round(80 * accuracy)} of 80 images)" in result.out
    assert "Saved as a.nn." in result.out


def test_result_is_that_of_the_engine(nnapp: Run, data: Path) -> None:
    nnapp("train", "--data", data, *QUICK, "--epochs", "2", "--seed", "5", "--save", "a.nn")
    settings = Settings(hidden=(16,), batch_size=20, learning_rate=0.01, epochs=2, seed=5)
    images = load_dataset(data)
    network = settings.new_network(784, 10)
    list(Trainer(network, images.training_images, images.training_labels, settings).run())
    np.testing.assert_array_equal(read_network("a.nn").network.parameters, network.parameters)


def test_json_lines(nnapp: Run, data: Path) -> None:
    result = nnapp("train", "--data", data, *QUICK, "--epochs", "3", "--save", "a.nn", "--json")
    *epochs, last = result.records
    assert [record["epoch"] for record in epochs] == [1, 2, 3]
    wanted = {"epoch", "training_loss", "validation_loss", "validation_error", "seconds", "images_per_second"}
    assert all(wanted <= set(record) for record in epochs)
    assert last["saved"] == "a.nn"
    images = load_dataset(data)
    measured = evaluate(read_network("a.nn").network, images.test_images, images.test_labels)
    assert last["test_accuracy"] == measured.accuracy
    assert np.sum(last["confusion"]) == 80


def test_json_without_validation_has_nulls(nnapp: Run, data: Path) -> None:
    result = nnapp("train", "--data", data, *QUICK, "--epochs", "1", "--validation-fraction", "none", "--json")
    assert result.records[0]["validation_loss"] is None
    assert result.records[0]["validation_error"] is None


def test_without_save_nothing_is_overwritten(nnapp: Run, data: Path) -> None:
    names = [nnapp("train", "--data", data, *QUICK, "--epochs", "1", "--json").records[-1]["saved"] for _ in range(2)]
    assert names == [os.path.join("networks", "network-16.nn"), os.path.join("networks", "network-16-2.nn")]
    assert all(Path(name).exists() for name in names)


def test_same_seed_same_bytes(nnapp: Run, data: Path) -> None:
    for name in ("a.nn", "b.nn"):
        nnapp("train", "--data", data, *QUICK, "--epochs", "2", "--dropout", "0.2", "--save", name)
    assert Path("a.nn").read_bytes() == Path("b.nn").read_bytes()
    nnapp("train", "--data", data, *QUICK, "--epochs", "2", "--dropout", "0.2", "--seed", "1", "--save", "c.nn")
    assert Path("a.nn").read_bytes() != Path("c.nn").read_bytes()


def test_resumed_run_has_the_bytes_of_one_run(nnapp: Run, data: Path) -> None:
    common = ("--data", data, *QUICK, "--dropout", "0.2", "--optimizer", "adam", "--l2", "0.001")
    nnapp("train", *common, "--epochs", "5", "--save", "whole.nn")
    nnapp("train", *common, "--epochs", "2", "--save", "part.nn")
    result = nnapp("train", "--resume", "part.nn", "--data", data, "--epochs", "5", "--save", "rest.nn")
    assert result.code == 0
    assert Path("rest.nn").read_bytes() == Path("whole.nn").read_bytes()


def test_resuming_without_save_goes_on_in_the_same_file(nnapp: Run, data: Path) -> None:
    nnapp("train", "--data", data, *QUICK, "--epochs", "1", "--save", "a.nn")
    nnapp("train", "--resume", "a.nn", "--data", data, "--epochs", "3")
    assert len(read_network("a.nn").metadata.history) == 3


def test_network_is_trained_further(nnapp: Run, data: Path) -> None:
    nnapp("train", "--data", data, *QUICK, "--epochs", "1", "--save", "a.nn")
    nnapp("train", "a.nn", "--data", data, "--batch-size", "20", "--epochs", "1", "--save", "b.nn")
    stored = read_network("a.nn")
    images = load_dataset(data)
    settings = Settings(hidden=(16,), batch_size=20, epochs=1)
    list(Trainer(stored.network, images.training_images, images.training_labels, settings).run())
    np.testing.assert_array_equal(read_network("b.nn").network.parameters, stored.network.parameters)


def test_plain_network_is_trained_with_a_loss_that_suits_sigmoid(nnapp: Run, data: Path) -> None:
    network = Settings(hidden=(8,), activation="sigmoid", output="sigmoid", loss="squared-error").new_network(784, 10)
    write_network("plain.nn", network)
    result = nnapp("train", "plain.nn", "--data", data, "--epochs", "1", "--save", "b.nn")
    assert result.code == 0
    assert read_network("b.nn").metadata.loss == "binary-cross-entropy"


def test_network_is_saved_after_given_epochs(nnapp: Run, data: Path) -> None:
    nnapp("train", "--data", data, *QUICK, "--epochs", "3", "--save-at", "1,3", "--save", "a.nn")
    nnapp("train", "--data", data, *QUICK, "--epochs", "1", "--save", "one.nn")
    first, one = (read_network(name).network for name in (snapshot_path("a.nn", 1), "one.nn"))
    np.testing.assert_array_equal(first.parameters, one.parameters)
    assert not Path("a-epoch-2.nn").exists()
    assert Path("a-epoch-3.nn").exists()


@pytest.mark.parametrize("preset", PRESETS)
def test_preset_is_used_and_options_change_it(nnapp: Run, data: Path, preset: str) -> None:
    options = ["--epochs", "1", "--seed", "3", "--images-per-epoch", "all"]
    options += ["--batch-size", "10"] if PRESETS[preset].batch_size else []
    result = nnapp("train", "--preset", preset, "--data", data, *options, "--save", "a.nn")
    assert result.code == 0, result.err
    training = read_network("a.nn").metadata.training
    assert (training["epochs"], training["seed"]) == (1, 3)
    assert tuple(training["hidden"]) == PRESETS[preset].hidden
    assert training["learning_rate"] == PRESETS[preset].learning_rate


def test_output_brings_its_loss_along(nnapp: Run, data: Path) -> None:
    nnapp("train", "--data", data, *QUICK, "--epochs", "1", "--output", "sigmoid", "--save", "a.nn")
    assert read_network("a.nn").metadata.loss == "binary-cross-entropy"


def test_data_set_of_another_shape_trains(nnapp: Run, tmp_path: Path) -> None:
    folder = write_data_set(tmp_path / "other", shape=(12, 9), n_classes=4)
    result = nnapp("train", "--data", folder, *QUICK, "--epochs", "1", "--save", "a.nn")
    assert result.code == 0
    stored = read_network("a.nn")
    assert stored.network.layer_sizes == (108, 16, 4)
    assert stored.metadata.input_shape == (12, 9)


BAD_ARGUMENTS = [
    (["--hidden", "0"], "Hidden layer sizes must be"),
    (["--hidden", "a,b"], "Hidden layer sizes must be"),
    (["--batch-size", "181"], "Mini-batch size must be at most 180"),
    (["--images-per-epoch", "181"], "Images per epoch must be at most 180"),
    (["--learning-rate", "-1"], "Learning rate must be a number greater than 0"),
    (["--learning-rate", "nan"], "Learning rate must be"),
    (["--epochs", "0"], "Epochs must be"),
    (["--activation", "softmax"], "Hidden activation must be one of"),
    (["--output", "sigmoid", "--loss", "cross-entropy"], "needs outputs that are probabilities"),
    (["--early-stopping", "3", "--validation-fraction", "0"], "Early stopping needs validation images"),
    (["--preset", "best"], "The preset must be one of"),
    (["--save", "missing/a.nn"], "Cannot write missing/a.nn: the folder"),
    (["--save", "."], "it is a folder"),
    (["--save-at", "1,two"], "The epochs to save at must be"),
    (["--save-at", "4"], "The epochs to save at must be"),
    (["missing.nn"], "Cannot read missing.nn: it does not exist"),
    (["."], "it is a folder"),
    (["--resume", "missing.nn"], "it does not exist"),
]


@pytest.mark.parametrize(("arguments", "sentence"), BAD_ARGUMENTS)
def test_bad_input_is_one_sentence(nnapp: Run, data: Path, arguments: list[str], sentence: str) -> None:
    epochs = [] if "--epochs" in arguments else ["--epochs", "2"]
    result = nnapp("train", "--data", data, *epochs, *arguments)
    assert result.code == 1
    *warnings, complaint = result.err.splitlines()
    assert complaint.startswith("nnapp: ")
    assert sentence in complaint
    assert all(line.startswith("nnapp: warning: ") for line in warnings)
    assert list(Path().rglob("*.nn")) == []


@pytest.mark.parametrize("arguments", [["--no-such-option"], ["--hidden"], ["a.nn", "b.nn"]])
def test_wrong_usage_is_code_2(nnapp: Run, arguments: list[str]) -> None:
    assert nnapp("train", *arguments).code == 2


def _damage(folder: Path, kind: str) -> None:
    images, labels = folder / "train-images-idx3-ubyte", folder / "train-labels-idx1-ubyte"
    if kind == "truncated":
        images.write_bytes(images.read_bytes()[:-1])
    elif kind == "counts":
        write_idx(labels, (np.arange(199) % 10).astype(np.uint8))
    elif kind == "label":
        wrong = (np.arange(200) % 10).astype(np.uint8)
        wrong[17] = 77
        write_idx(labels, wrong)
    elif kind == "missing":
        labels.unlink()


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("truncated", "train-images-idx3-ubyte"),
        ("counts", "200 images and 199 labels"),
        ("label", "77"),
        ("missing", "train-labels-idx1-ubyte"),
    ],
)
def test_damaged_data_is_one_sentence(nnapp: Run, tmp_path: Path, kind: str, sentence: str) -> None:
    folder = write_data_set(tmp_path / "damaged")
    _damage(folder, kind)
    result = nnapp("train", "--data", folder, "--epochs", "1")
    assert result.code == 1
    assert len(result.err.splitlines()) == 1
    assert sentence in result.err


def test_network_that_does_not_fit_the_images_is_refused(nnapp: Run, data: Path, tmp_path: Path) -> None:
    nnapp("train", "--data", data, *QUICK, "--epochs", "1", "--save", "a.nn")
    large = write_data_set(tmp_path / "large", shape=(32, 32))
    for command in ("train", "evaluate"):
        result = nnapp(command, "a.nn", "--data", large)
        assert result.code == 1
        assert "784" in result.err
        assert "32×32 = 1,024" in result.err


def test_network_file_decides_its_structure(nnapp: Run, data: Path) -> None:
    nnapp("train", "--data", data, *QUICK, "--epochs", "1", "--save", "a.nn")
    result = nnapp("train", "a.nn", "--data", data, "--hidden", "8")
    assert result.code == 1
    assert "--hidden must be left out" in result.err


def test_resuming_refuses_other_data_settings_and_nothing_to_do(nnapp: Run, data: Path, tmp_path: Path) -> None:
    nnapp("train", "--data", data, *QUICK, "--epochs", "2", "--save", "a.nn")
    other = write_data_set(tmp_path / "other")
    labels = np.arange(200) % 10
    write_idx(other / "train-images-idx3-ubyte", make_images(labels, np.random.default_rng(8), (28, 28)))
    for arguments, sentence in (
        (["--data", other, "--epochs", "3"], "resumed on the data it began with"),
        (["--data", data, "--epochs", "3", "--l2", "0.1"], "L2 regularisation must stay"),
        (["--data", data], "Epochs must be more than the 2 already trained to resume a run"),
        (["--data", data, "--epochs", "3", "--preset", "tiny"], "has its preset already"),
    ):
        result = nnapp("train", "--resume", "a.nn", *arguments)
        assert result.code == 1
        assert sentence in result.err


def test_divergence_is_told_and_the_last_good_weights_are_saved(nnapp: Run, data: Path) -> None:
    arguments = ("--optimizer", "sgd", "--learning-rate", "1000", "--output", "linear", "--loss", "squared-error")
    result = nnapp("train", "--data", data, "--epochs", "5", *arguments, "--save", "a.nn")
    assert result.code == 1
    assert "Training diverged" in result.err
    assert "epoch 1" in result.err
    assert np.isfinite(read_network("a.nn").network.parameters).all()


def test_full_disk_loses_nothing(nnapp: Run, data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Path("a.nn").write_bytes(b"an earlier network")
    refuge = tmp_path / "refuge"
    refuge.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(refuge))
    real_fsync = os.fsync
    calls = []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real_fsync(descriptor)

    monkeypatch.setattr("os.fsync", fsync)
    result = nnapp("train", "--data", data, *QUICK, "--epochs", "1", "--save", "a.nn", "--json")
    assert result.code == 1
    assert "Cannot write a.nn: the disk is full; the network was saved as " in result.err
    assert Path("a.nn").read_bytes() == b"an earlier network"
    saved = result.records[-1]["saved"]
    assert Path(saved).is_relative_to(refuge)
    assert read_network(saved).network.layer_sizes == (784, 16, 10)
    assert list(tmp_path.glob(".*.part")) == []


def test_divergence_in_the_first_epoch_leaves_an_earlier_network_alone(nnapp: Run, data: Path) -> None:
    nnapp("train", "--data", data, *QUICK, "--epochs", "1", "--save", "a.nn")
    before = Path("a.nn").read_bytes()
    arguments = ("--optimizer", "sgd", "--learning-rate", "1000", "--output", "linear", "--loss", "squared-error")
    result = nnapp("train", "--data", data, "--epochs", "5", *arguments, "--save", "a.nn", "--json")
    assert result.code == 1
    assert "a.nn was left as it was" in result.err
    assert result.records[-1]["saved"] is None
    assert Path("a.nn").read_bytes() == before


def test_full_disk_on_the_way_does_not_end_the_run(nnapp: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_fsync = os.fsync
    calls = []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real_fsync(descriptor)

    monkeypatch.setattr("os.fsync", fsync)
    arguments = ("--epochs", "3", "--save-at", "1,2", "--save", "a.nn", "--json")
    result = nnapp("train", "--data", data, *QUICK, *arguments)
    assert result.code == 1
    assert "Cannot write a-epoch-1.nn: the disk is full." in result.err
    assert not Path("a-epoch-1.nn").exists()
    assert Path("a-epoch-2.nn").exists()
    assert len(read_network("a.nn").metadata.history) == 3
    assert result.records[-1]["saved"] == "a.nn"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")
def test_ctrl_c_saves_the_best_network_so_far(data: Path, tmp_path: Path) -> None:
    arguments = ("--epochs", "1000000", "--data", data, *QUICK, "--save", tmp_path / "a.nn")
    process = start_process("train", *arguments, "--json", cwd=tmp_path, OPENBLAS_NUM_THREADS="1")
    assert process.stdout is not None
    for _ in range(3):
        assert '"epoch"' in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - started < 20
    assert process.returncode == 0, err
    assert all(line.startswith("nnapp: warning: ") for line in err.splitlines())  # no traceback
    last = out.splitlines()[-1]
    assert '"outcome": "interrupted"' in last
    history = read_network(tmp_path / "a.nn").metadata.history
    assert len(history) >= 3


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")
def test_interrupted_run_is_resumed_to_the_bit(data: Path, tmp_path: Path, nnapp: Run) -> None:
    common = ("--data", data, *QUICK, "--dropout", "0.3")
    process = start_process(
        "train",
        *common,
        "--epochs",
        "300000",
        "--save",
        tmp_path / "a.nn",
        "--json",
        cwd=tmp_path,
        OPENBLAS_NUM_THREADS="1",
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    n_done = len(read_network("a.nn").metadata.history)
    total = str(n_done + 2)
    assert nnapp("train", "--resume", "a.nn", "--data", data, "--epochs", total).code == 0
    assert nnapp("train", *common, "--epochs", total, "--save", "b.nn").code == 0
    assert Path("a.nn").read_bytes() == Path("b.nn").read_bytes()
