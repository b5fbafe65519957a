"""The networks that come with the program are what their cards in networks/README.md say."""

from __future__ import annotations

import configparser
import re
import shlex
import struct
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pytest

from nnapp.cli.main import _parser
from nnapp.cli.options import given_settings, settings_from
from nnapp.engine.augmentation import AUGMENTATIONS
from nnapp.engine.calibration import log_loss, reliability
from nnapp.engine.evaluation import Evaluation, evaluate
from nnapp.engine.settings import Settings
from nnapp.storage.datasets import load_dataset
from nnapp.storage.folders import SHIPPED_NETWORKS
from nnapp.storage.network_file import StoredNetwork, read_network
from nnapp.storage.training_records import recorded_settings

PROJECT = Path(__file__).resolve().parent.parent
NETWORKS = PROJECT / "networks"
CARDS = (NETWORKS / "README.md").read_text(encoding="utf-8")
LEAST_ACCURACY = {"best.nn": 0.993, "wide-800.nn": 0.992, "small-128-64.nn": 0.986, "classic-16-16.nn": 0.94}


@dataclass(frozen=True)
class Card:
    """The row of a network in the table of the page."""

    layers: str
    n_parameters: int
    accuracy: float
    loss: float
    temperature: float
    log_loss: float
    calibration_error: float
    drawn_digits: float


def number(cell: str) -> float:
    """Return "98.3 %" as 0.983, other numbers as they are."""
    return float(cell.removesuffix(" %").replace(",", "")) / (100 if cell.endswith("%") else 1)


def cards() -> dict[str, Card]:
    rows = re.findall(r"^\| \[([\w-]+\.nn)\]\(#\S+\) \| (.*) \|$", CARDS, re.MULTILINE)
    found = {}
    for name, row in rows:
        layers, n_parameters, *figures = row.split(" | ")
        found[name] = Card(layers, int(n_parameters.replace(",", "")), *map(number, figures))
    return found


def commands(name: str) -> list[list[str]]:
    """Return the commands in the section of a network, as lists of arguments without "nnapp"."""
    section = re.search(rf"^## {re.escape(name)}\n.*?^```\n(.*?)^```", CARDS, re.MULTILINE | re.DOTALL)
    assert section is not None
    lines = section[1].replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines]


def settings_of(command: list[str]) -> Settings:
    """Return the settings that ``nnapp train`` would use."""
    options = _parser().parse_args(command)
    given = given_settings(options)
    if options.augment is not None:
        given = asdict(AUGMENTATIONS[options.augment]) | given
    return settings_from(options.preset, given)


@pytest.fixture(params=SHIPPED_NETWORKS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stored(name: str) -> StoredNetwork:
    return read_network(NETWORKS / name)


@pytest.fixture
def result(stored: StoredNetwork, mnist_folder: Path) -> Evaluation:
    """Return what the network makes of MNIST's test images."""
    dataset = load_dataset(mnist_folder)
    metadata = stored.metadata
    return evaluate(
        stored.network, dataset.test_images, dataset.test_labels, loss=metadata.loss, temperature=metadata.temperature
    )


def test_every_list_of_them_is_the_same() -> None:
    """The program's, the cards, those that are installed, and those that Git does not ignore."""
    setup = configparser.ConfigParser()
    setup.read(PROJECT / "setup.cfg", encoding="utf-8")
    installed = setup["options.data_files"]["share/nnapp/networks"].split()
    committed = re.findall(r"^!/networks/(.*\.nn)$", (PROJECT / ".gitignore").read_text("utf-8"), re.MULTILINE)

    assert list(cards()) == list(SHIPPED_NETWORKS)
    assert installed == sorted(f"networks/{name}" for name in SHIPPED_NETWORKS)
    assert committed == sorted(SHIPPED_NETWORKS)


def test_structure_is_that_of_the_card(stored: StoredNetwork, name: str) -> None:
    network, card = stored.network, cards()[name]

    assert "-".join(map(str, network.layer_sizes)) == card.layers
    assert network.n_parameters == card.n_parameters
    assert stored.metadata.temperature == card.temperature
    assert network.activation_names[-1] == ("sigmoid" if name == "classic-16-16.nn" else "softmax")


def test_scores_are_those_of_the_card(result: Evaluation, name: str) -> None:
    """To the last digit that the card tells, and an image more or less that another processor sums otherwise."""
    card = cards()[name]
    probabilities = result.probabilities

    assert result.n_images == 10_000
    assert result.accuracy == pytest.approx(card.accuracy, abs=0.0002)
    assert result.accuracy >= LEAST_ACCURACY[name]
    assert result.loss == pytest.approx(card.loss, abs=0.0001)
    assert log_loss(probabilities, result.labels) == pytest.approx(card.log_loss, abs=0.0001)
    error = reliability(probabilities, result.labels, result.predictions).expected_calibration_error
    assert error == pytest.approx(card.calibration_error, abs=0.0002)


def test_drawn_digits_are_those_of_the_benchmark(name: str) -> None:
    page = (PROJECT / "docs" / "drawn-digits.md").read_text("utf-8")
    row = re.search(rf"^\| {Path(name).stem} \| reported \| ([\d.]+) \|", page, re.MULTILINE)

    assert row is not None
    assert cards()[name].drawn_digits == pytest.approx(float(row[1]) / 100)


@pytest.mark.parametrize("name", [name for name in SHIPPED_NETWORKS if name != "classic-16-16.nn"])
def test_command_of_the_card_has_the_settings_of_the_file(stored: StoredNetwork, name: str) -> None:
    (command,) = commands(name)
    metadata = stored.metadata

    assert _parser().parse_args(command).save == f"networks/{name}"
    assert settings_of(command) == recorded_settings(stored.network, metadata)
    assert metadata.training["data_set"] == "MNIST"
    assert metadata.history[-1]["epoch"] == metadata.training["epochs"]
    assert metadata.results["test_accuracy"] == pytest.approx(cards()[name].accuracy)


def test_commands_of_the_classic_network_make_a_network_of_its_kind() -> None:
    """A plain file tells no settings, so the card is all there is."""
    train, convert = commands("classic-16-16.nn")
    settings = settings_of(train)
    options = _parser().parse_args(convert)

    assert (settings.hidden, settings.activation, settings.output) == ((16, 16), "sigmoid", "sigmoid")
    assert (settings.loss, settings.optimizer, settings.epochs) == ("squared-error", "sgd", 60)
    assert _parser().parse_args(train).save == options.network
    assert options.plain
    assert options.target == "networks/classic-16-16.nn"


def test_classic_network_is_a_plain_file() -> None:
    """One byte, four uint16 and 13,002 float32: 1 + 8 + 52,008 = 52,017 bytes, and nothing after them."""
    data = (NETWORKS / "classic-16-16.nn").read_bytes()

    assert len(data) == 52_017
    assert struct.unpack("<B4H", data[:9]) == (4, 784, 16, 16, 10)
    assert np.isfinite(np.frombuffer(data[9:], "<f4")).all()
