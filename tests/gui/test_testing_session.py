"""What the testing window works on, without a window: networks, images, answers and the way through a data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.data_sets import write_data_set
from support.testing_window import row_network, write_row_network

from nnapp.engine.evaluation import evaluate
from nnapp.engine.network import Network
from nnapp.errors import DataError, FileFormatError, NetworkError, StorageError
from nnapp.gui.tested_ensemble import TestedEnsemble as Ensemble
from nnapp.gui.testing_session import TestingSession as Session
from nnapp.storage.datasets import load_dataset
from nnapp.storage.network_file import StoredNetwork, write_network
from nnapp.storage.network_metadata import NetworkMetadata


@pytest.fixture
def session(tmp_path: Path, data_folder: Path) -> Session:
    """Return a session with the network that takes 3 for 7 and 7 for 3, and the small data set."""
    session = Session()
    session.load_network(write_row_network(tmp_path / "rows.nn", swapped=(3, 7)))
    session.dataset = load_dataset(data_folder)
    return session


def write(path: Path, sizes: list[int], **metadata: object) -> Path:
    write_network(path, Network.dense(sizes, rng=np.random.default_rng(3)), NetworkMetadata(**metadata))  # type: ignore[arg-type]  # any of them
    return path


def test_begins_with_nothing() -> None:
    session = Session()
    assert (session.network, session.image, session.source, session.label) == (None, None, "nothing", None)
    assert (session.class_names, session.name, session.image_shape) == ((), "", (28, 28))
    assert len(session.images) == len(session.labels) == 0
    assert session.predict() is None
    assert not session.fits_data
    assert session.next_wrong() is None
    assert session.next_of_class(3) is None
    assert session.next_index(1) == 0
    with pytest.raises(DataError, match="There is no data set"):
        session.show_index(0)


def test_answer_is_what_the_network_says(session: Session) -> None:
    image = np.zeros((28, 28), np.float32)
    image[12] = 0.5
    session.show_image(image, "edited")
    prediction = session.predict()
    assert prediction is not None
    assert prediction.digit == 6
    assert [len(layer) for layer in prediction.activations] == [784, 12, 10, 10]
    # 28 pixels of 0.5 with weight 0.1.
    assert prediction.activations[1][6] == pytest.approx(1.4)
    # Logits: 3 · 1.4 = 4.2 for 6, 3 · 0.25 for 0 by its bias, 0 for eight others.
    weights = np.exp(4.2) + np.exp(0.75) + 8
    assert prediction.probabilities[6] == pytest.approx(np.exp(4.2) / weights, rel=1e-5)
    assert prediction.probabilities.sum() == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("split", ["test", "train"])
def test_image_of_the_data_set(session: Session, data_folder: Path, split: str) -> None:
    session.split = "train" if split == "train" else "test"
    dataset = load_dataset(data_folder)
    images = dataset.training_images if split == "train" else dataset.test_images
    session.show_index(len(images) - 1)
    assert session.image is not None
    assert session.image.dtype == np.float32
    np.testing.assert_array_equal(session.image, images[-1] / np.float32(255))
    assert (session.source, session.label, session.index) == ("data set", 9, len(images) - 1)
    for index in (-1, len(images)):
        sentence = f"The index of a {split} image must be from 0 to {len(images) - 1}; got {index}."
        with pytest.raises(DataError, match=sentence):
            session.show_index(index)
    assert session.index == len(images) - 1


def test_next_images_go_round_the_end(session: Session) -> None:
    session.index = 75
    assert session.next_index(1) == 76
    assert session.next_index(100) == 15  # 175 of 80
    session.index = 0
    assert session.next_index(-1) == 79
    assert session.next_of_class(4) == 4
    session.index = 74
    assert session.next_of_class(4) == 4  # the last 4 is at 74
    assert session.next_of_class(11) is None


def test_next_wrong_is_where_answer_and_label_differ(session: Session) -> None:
    assert session.next_wrong() is None  # nobody knows yet
    network = session.network
    assert network is not None
    session.evaluation = evaluate(network, session.images, session.labels, loss="cross-entropy")
    found = []
    for _ in range(5):
        index = session.next_wrong()
        assert index is not None
        session.show_index(index)
        prediction = session.predict()
        assert prediction is not None
        assert prediction.digit != session.label
        found.append(index)
    assert found == [3, 7, 13, 17, 23]
    session.index = 77
    assert session.next_wrong() == 3


def test_edited_image_keeps_its_label_and_any_other_has_none(session: Session) -> None:
    session.show_index(4)
    image = np.ones((28, 28), np.float32)
    session.show_image(image, "edited")
    assert (session.label, session.source) == (4, "edited")
    session.show_image(image, "file")
    assert (session.label, session.source) == (None, "file")


def test_drawing_is_brought_to_the_grid(session: Session) -> None:
    ink = np.zeros((280, 280), np.float32)
    ink[40:50, 20:260] = 1
    session.show_drawing(ink, is_like_mnist=False)
    assert session.image is not None
    # As drawn: row 4 of 28, pixels 2 to 25.
    expected = np.zeros((28, 28))
    expected[4, 2:26] = 1
    np.testing.assert_allclose(session.image, expected, atol=1e-6)
    session.show_drawing(ink, is_like_mnist=True)
    rows = np.flatnonzero(session.image.sum(axis=1) > 0.1)
    assert rows.min() > 10
    assert session.label is None


@pytest.mark.parametrize("is_like_mnist", [True, False])
def test_empty_drawing_is_no_image(session: Session, is_like_mnist: bool) -> None:
    session.show_index(4)
    with pytest.raises(DataError):
        session.show_drawing(np.zeros((280, 280), np.float32), is_like_mnist=is_like_mnist)
    assert (session.image, session.source, session.label) == (None, "nothing", None)
    assert session.predict() is None


@pytest.mark.parametrize(
    ("sizes", "metadata", "shape"),
    [
        ([784, 10], {}, (28, 28)),
        ([64, 10], {}, (8, 8)),
        ([108, 3], {"input_shape": (12, 9)}, (12, 9)),
        ([783, 3], {"input_shape": (27, 29)}, (27, 29)),
    ],
)
def test_size_of_the_images(tmp_path: Path, sizes: list[int], metadata: dict[str, object], shape: object) -> None:
    session = Session()
    session.load_network(write(tmp_path / "a.nn", sizes, **metadata))
    assert session.image_shape == shape


def test_network_that_cannot_be_shown_changes_nothing(session: Session, tmp_path: Path) -> None:
    session.show_index(4)
    before, path = session.stored, session.path
    session.evaluation = evaluate(row_network(), session.images, session.labels, loss="cross-entropy")
    (tmp_path / "corrupt.nn").write_bytes(b"\x02\x10\x03")
    for name, error in (
        (write(tmp_path / "oblong.nn", [783, 3]), NetworkError),
        (tmp_path / "corrupt.nn", FileFormatError),
        (tmp_path / "gone.nn", StorageError),
        (tmp_path, StorageError),
    ):
        with pytest.raises(error):
            session.load_network(name)
        assert (session.stored, session.path, session.label) == (before, path, 4)
        assert session.evaluation is not None


def test_network_for_images_of_another_size_lets_go_of_the_image(session: Session, tmp_path: Path) -> None:
    session.show_index(4)
    session.load_network(write(tmp_path / "small.nn", [64, 10]))
    assert session.image is None
    assert not session.fits_data
    with pytest.raises(NetworkError, match="must have 8×8 pixels, as the network takes; got 28×28"):
        session.show_index(4)
    session.dataset = load_dataset(write_data_set(tmp_path / "small", shape=(20, 20)))
    assert not session.fits_data


def test_network_with_too_few_outputs_does_not_fit(session: Session, tmp_path: Path) -> None:
    assert session.fits_data
    session.load_network(write(tmp_path / "three.nn", [784, 3]))
    assert not session.fits_data
    session.load_network(write(tmp_path / "eleven.nn", [784, 11]))
    assert session.fits_data


# One data set or network after another ------------------------------------------------------------


def other_session(session: Session, tmp_path: Path) -> Session:
    """Show an image, then have a data set of fewer and smaller images."""
    session.show_index(79)
    session.dataset = load_dataset(write_data_set(tmp_path / "other", shape=(8, 8), n_classes=3))
    return session


def test_image_of_another_data_set_is_shown_no_more(session: Session, tmp_path: Path) -> None:
    other_session(session, tmp_path)
    assert (session.source, session.image, session.label, session.index) == ("nothing", None, None, 0)


def test_index_of_another_data_set_does_not_outlive_it(session: Session, tmp_path: Path, data_folder: Path) -> None:
    """What is drawn stays, but the next image is one of those that there are: 80 test images, not 200."""
    session.split = "train"
    session.show_index(199)
    session.show_image(np.ones((28, 28), np.float32), "file")
    session.split = "test"
    session.dataset = load_dataset(data_folder)
    assert (session.source, session.index) == ("file", 79)


def test_edited_image_keeps_its_class_under_the_numbers_of_another_network(session: Session, tmp_path: Path) -> None:
    session.show_index(4)
    assert session.image is not None
    session.show_image(session.image, "edited")
    names = ("ten", *"9876543210")
    session.load_network(write(tmp_path / "eleven.nn", [784, 11], class_names=names))
    assert (session.label, session.label_name) == (names.index("4"), "4")


def test_output_label_is_known_only_where_the_network_has_the_class(session: Session, tmp_path: Path) -> None:
    session.show_index(2)
    assert session.output_label == 2
    session.load_network(write(tmp_path / "letters.nn", [784, 3], class_names=("a", "b", "c")))
    # Its third output is called c, and the image is a 2.
    assert (session.label, session.label_name, session.output_label) == (2, "2", None)


# Several networks ---------------------------------------------------------------------------------


def ensemble_in(folder: Path, *names: str, **metadata: object) -> Ensemble:
    """Return networks of 784-6-10, drawn anew for each name."""
    members = []
    for seed, name in enumerate(names):
        (folder / name).parent.mkdir(exist_ok=True)
        network = Network.dense([784, 6, 10], rng=np.random.default_rng(seed))
        members.append(StoredNetwork(network, NetworkMetadata(temperature=1.0 + seed, **metadata)))  # type: ignore[arg-type]
    return Ensemble([folder / name for name in names], members)


def test_answer_together_is_the_mean(session: Session, tmp_path: Path) -> None:
    ensemble = ensemble_in(tmp_path, "a.nn", "b.nn")
    assert session.predict_together() is None
    session.take_ensemble(ensemble)
    session.show_index(4)
    image = session.images[4][np.newaxis]
    own = [member.network.predict_proba(image, 1.0 + seed)[0] for seed, member in enumerate(ensemble.members)]
    together = session.predict_together()
    assert together is not None
    np.testing.assert_allclose(together.probabilities, (own[0] + own[1]) / 2, rtol=1e-5)
    assert together.digit == int(np.argmax(own[0] + own[1]))
    assert [answer.name for answer in together.members] == ["a.nn", "b.nn"]
    for answer, probabilities in zip(together.members, own, strict=True):
        assert answer.digit == int(probabilities.argmax())
        assert answer.probability == pytest.approx(float(probabilities.max()), rel=1e-5)


def test_the_member_that_is_shown_predicts_at_its_temperature(session: Session, tmp_path: Path) -> None:
    ensemble = ensemble_in(tmp_path, "a.nn", "b.nn")
    session.take_ensemble(ensemble)
    assert (session.network, session.name) == (ensemble.members[0].network, "a.nn")
    session.show_index(4)
    session.show_member(1)
    assert (session.network, session.name) == (ensemble.members[1].network, "b.nn")
    prediction = session.predict()
    assert prediction is not None
    expected = ensemble.members[1].network.predict_proba(session.images[4][np.newaxis], 2.0)[0]
    np.testing.assert_allclose(prediction.probabilities, expected, rtol=1e-5)
    # The activations are those of the network itself, whatever the temperature.
    outputs = ensemble.members[1].network.forward(session.images[4][np.newaxis])[0]
    np.testing.assert_allclose(prediction.activations[-1], outputs, rtol=1e-5)


def test_one_network_takes_the_place_of_several(session: Session, tmp_path: Path) -> None:
    session.take_ensemble(ensemble_in(tmp_path, "a.nn", "b.nn"))
    session.load_network(write_row_network(tmp_path / "rows.nn"))
    assert session.ensemble is None
    assert session.predict_together() is None


def test_names_of_networks_are_told_apart(tmp_path: Path) -> None:
    assert ensemble_in(tmp_path, "x/a.nn", "y/a.nn", "y/b.nn").names == ("x/a.nn", "y/a.nn", "b.nn")


def test_pictures_of_an_ensemble_are_those_that_any_file_says(session: Session, tmp_path: Path) -> None:
    members = [ensemble_in(tmp_path, "a.nn").members[0], ensemble_in(tmp_path, "b.nn", pictures="as-read").members[0]]
    session.take_ensemble(Ensemble([tmp_path / "a.nn", tmp_path / "b.nn"], members))
    assert session.picture_mode("as-drawn") == "as-read"
