"""What a network file says beyond its weights, and one refused example for each rule."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.losses import LOSSES
from nnapp.engine.reports import EpochReport
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.errors import FileFormatError
from nnapp.storage.network_metadata import (
    NetworkMetadata,
    block_document,
    history_record,
    read_block_document,
    training_record,
)

LAYER_SIZES = (6, 4, 3)
ENTRY = {"epoch": 1, "training_loss": 0.5, "validation_loss": 0.6, "validation_error": 0.1, "learning_rate": 0.1}
DOCUMENT: dict[str, Any] = {
    "activations": ["relu", "softmax"],
    "input_scale": 255,
    "loss": "cross-entropy",
    "class_names": ["ä", "b", ""],
    "input_shape": [2, 3],
    "pictures": "as-read-inverted",
    "temperature": 1.82,
    "training": {"seed": 7, "hidden": [4], "data_set": "MNIST"},
    "history": [ENTRY, ENTRY | {"epoch": 3, "validation_loss": None, "validation_error": None, "note": [1]}],
    "results": {"test_accuracy": 0.98, "n": 3},
    "by_a_later_version": {"deep": [None]},
}
METADATA = NetworkMetadata(
    loss="cross-entropy",
    class_names=("ä", "b", ""),
    input_shape=(2, 3),
    pictures="as-read-inverted",
    temperature=1.82,
    training={"seed": 7, "hidden": [4], "data_set": "MNIST"},
    history=(ENTRY, ENTRY | {"epoch": 3, "validation_loss": None, "validation_error": None, "note": [1]}),
    results={"test_accuracy": 0.98, "n": 3},
    extra={"by_a_later_version": {"deep": [None]}},
)
REPORT = EpochReport(
    epoch=1,
    n_epochs=9,
    training_loss=0.5,
    validation_loss=0.6,
    validation_error=0.1,
    learning_rate=0.1,
    is_best=True,
    seconds=1.5,
    images_per_second=1e4,
)


def test_every_key_is_read_and_written() -> None:
    assert read_block_document(DOCUMENT, LAYER_SIZES, "it") == (("relu", "softmax"), METADATA)
    assert block_document(METADATA, ["relu", "softmax"]) == DOCUMENT


def test_only_the_activations_are_required() -> None:
    activations, metadata = read_block_document({"activations": ["sigmoid", "tanh"]}, LAYER_SIZES, "it")

    assert activations == ("sigmoid", "tanh")
    assert metadata == NetworkMetadata()
    assert block_document(metadata, activations) == {"activations": ["sigmoid", "tanh"], "input_scale": 255}


def test_as_json_tells_what_is_known() -> None:
    assert NetworkMetadata().as_json() == {}
    assert NetworkMetadata(loss="cross-entropy", input_shape=(2, 3)).as_json() == {
        "loss": "cross-entropy",
        "input_shape": [2, 3],
    }
    assert METADATA.as_json() == {key: DOCUMENT[key] for key in DOCUMENT if key not in ("activations", "input_scale")}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_has_its_name(name: str) -> None:
    activations, _ = read_block_document({"activations": ["linear", name]}, LAYER_SIZES, "it")
    assert activations == ("linear", name)


@pytest.mark.parametrize(
    ("loss", "output"), [(loss.name, output) for loss in LOSSES.values() for output in loss.outputs]
)
def test_every_loss_that_outputs_allow_is_accepted(loss: str, output: str) -> None:
    _, metadata = read_block_document({"activations": ["tanh", output], "loss": loss}, LAYER_SIZES, "it")
    assert metadata.loss == loss


HIDDEN_NAMES = "sigmoid, relu, leaky-relu, tanh, linear"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"activations": None}, '"activations" in it must be a list of names; got null.'),
        ({"activations": "relu"}, '"activations" in it must be a list of names; got "relu".'),
        ({"activations": ["relu"]}, '"activations" in it must be 2, one for each layer but the inputs; got 1.'),
        (
            {"activations": ["swish", "softmax"]},
            f'"activations" in it for hidden layer 1 must be one of {HIDDEN_NAMES}; got "swish".',
        ),
        (
            {"activations": ["softmax", "softmax"]},
            f'"activations" in it for hidden layer 1 must be one of {HIDDEN_NAMES}; got "softmax".',
        ),
        (
            {"activations": ["relu", ["softmax"]]},
            f'"activations" in it for the outputs must be one of {HIDDEN_NAMES}, softmax; got ["softmax"].',
        ),
        ({"input_scale": 1}, '"input_scale" in it must be 255; got 1.'),
        ({"input_scale": "255"}, '"input_scale" in it must be 255; got "255".'),
        (
            {"loss": "hinge"},
            '"loss" in it must be squared-error or cross-entropy or binary-cross-entropy for softmax outputs; '
            'got "hinge".',
        ),
        (
            {"activations": ["relu", "tanh"]},
            '"loss" in it must be squared-error for tanh outputs; got "cross-entropy".',
        ),
        ({"class_names": "abc"}, '"class_names" in it must be a list of texts; got "abc".'),
        ({"class_names": ["a", "b", 3]}, '"class_names" in it must be a list of texts; got ["a", "b", 3].'),
        (
            {"class_names": ["a", "b" * 201, "c"]},
            '"class_names" in it must be names of at most 200 characters; got 201.',
        ),
        ({"class_names": ["a", "b"]}, '"class_names" in it must be 3, one for each output; got 2.'),
        ({"training": []}, '"training" in it must be an object; got [].'),
        ({"history": {}}, '"history" in it must be a list of objects; got {}.'),
        ({"history": [1]}, '"history[0]" in it must be an object; got 1.'),
        (
            {"history": [ENTRY | {"epoch": 0}]},
            '"history[0].epoch" in it must be a whole number from 1, since epochs ascend; got 0.',
        ),
        (
            {"history": [ENTRY, ENTRY]},
            '"history[1].epoch" in it must be a whole number from 2, since epochs ascend; got 1.',
        ),
        (
            {"history": [{"epoch": 1, "learning_rate": 1}]},
            '"history[0].training_loss" in it must be a number; got null.',
        ),
        (
            {"history": [ENTRY | {"learning_rate": True}]},
            '"history[0].learning_rate" in it must be a number; got true.',
        ),
        (
            {"history": [ENTRY | {"validation_error": "0"}]},
            '"history[0].validation_error" in it must be a number or null; got "0".',
        ),
        ({"results": [1]}, '"results" in it must be an object; got [1].'),
        ({"results": {"test_accuracy": "98 %"}}, '"results" in it must be numbers; got {"test_accuracy": "98 %"}.'),
    ],
)
def test_what_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_block_document(DOCUMENT | changes, LAYER_SIZES, "it")
    assert str(caught.value) == sentence


@pytest.mark.parametrize("shape", [[2, 4], [-2, -3], [0, 6], [2.0, 3], [True, 6], "23", [6] + [1] * 32])
def test_the_input_shape_must_make_the_inputs(shape: Any) -> None:
    sentence = '"input_shape" in it must be a list of whole numbers whose product is 6, the number of inputs; got '
    with pytest.raises(FileFormatError) as caught:
        read_block_document(DOCUMENT | {"input_shape": shape}, LAYER_SIZES, "it")
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("pictures", ["sideways", 1, ["as-read"], None])
def test_pictures_are_read_in_a_known_way(pictures: Any) -> None:
    with pytest.raises(
        FileFormatError, match=r'^"pictures" in it must be one of like-mnist, as-drawn, as-read, as-read-'
    ):
        read_block_document(DOCUMENT | {"pictures": pictures}, LAYER_SIZES, "it")


def test_activations_must_be_there() -> None:
    with pytest.raises(FileFormatError, match=r'^"activations" in it must be a list of names; got null\.$'):
        read_block_document({}, LAYER_SIZES, "it")


@pytest.mark.parametrize("key", ["activations", "input_scale", "loss", "history"])
def test_extra_keys_must_not_hide_known_ones(key: str) -> None:
    with pytest.raises(FileFormatError, match=rf'^Keys in the extra metadata must be none of .*; got "{key}"\.$'):
        block_document(NetworkMetadata(extra={key: 1}), ["relu", "softmax"])


def test_training_record_holds_every_setting_and_the_data_set() -> None:
    record = training_record(Settings(hidden=(30, 20), seed=5), "MNIST")

    assert record.keys() == SETTINGS.keys() | {"data_set", "test_fraction", "split_seed"}
    assert (record["hidden"], record["seed"], record["data_set"]) == ([30, 20], 5, "MNIST")


def test_history_record_leaves_out_times_and_speeds() -> None:
    """The file of the same training is the same file, however fast the machine."""
    assert history_record([REPORT]) == (ENTRY,)


@pytest.mark.parametrize("loss", [float("inf"), float("nan")])
def test_history_record_has_no_number_that_json_has_not(loss: float) -> None:
    report = EpochReport(**asdict(REPORT) | {"validation_loss": loss})
    assert history_record([report]) == (ENTRY | {"validation_loss": None},)


def test_temperature_of_one_is_not_written() -> None:
    assert "temperature" not in NetworkMetadata(class_names=("a", "b", "c")).as_json()
    _, metadata = read_block_document({"activations": ["relu", "softmax"], "temperature": 1}, LAYER_SIZES, "a.nn")
    assert metadata == NetworkMetadata()


@pytest.mark.parametrize("temperature", [0.05, 1, 20, 20.0])
def test_temperatures_that_are_allowed(temperature: float) -> None:
    document = {"activations": ["relu", "softmax"], "temperature": temperature}
    assert read_block_document(document, LAYER_SIZES, "a.nn")[1].temperature == temperature


@pytest.mark.parametrize("temperature", [0.049, 20.1, 0, -1, True, None, "2", [2], 10**400])
def test_temperatures_that_are_refused(temperature: object) -> None:
    document = {"activations": ["relu", "softmax"], "temperature": temperature}
    with pytest.raises(FileFormatError, match=r'"temperature" in a.nn must be a number from 0.05 to 20; got'):
        read_block_document(document, LAYER_SIZES, "a.nn")


def test_temperature_needs_softmax() -> None:
    document = {"activations": ["relu", "sigmoid"], "temperature": 2.0}
    with pytest.raises(FileFormatError, match="must be left out for outputs other than softmax, here sigmoid; got 2"):
        read_block_document(document, LAYER_SIZES, "a.nn")
