"""The words and numbers of a run's state, and one refused example for each rule."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from nnapp.engine.reports import EpochReport, TrainerState
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.errors import FileFormatError
from nnapp.storage.run_state import VECTORS, object_with, read_state, state_document
from nnapp.storage.strict_json import decode_json_object, encode_json_object

REPORT = EpochReport(
    epoch=1,
    n_epochs=4,
    training_loss=0.1 + 0.2,  # a float whose shortest text has 17 digits
    validation_loss=0.6,
    validation_error=0.25,
    learning_rate=0.1,
    is_best=True,
    seconds=1.5,
    images_per_second=1e4,
)
STATE = TrainerState(
    settings=Settings(hidden=(3,), dropout=0.5),
    parameters=np.zeros(1, np.float32),
    best_parameters=None,
    optimizer_memory={},
    n_updates=17,
    batch=2,
    loss_sum=1 / 3,
    learning_rate=1e-3,
    dropout_state=dict(np.random.default_rng(3).bit_generator.state),
    history=(REPORT, replace(REPORT, epoch=2, validation_loss=None, validation_error=None, is_best=False)),
)


def through_json(document: dict[str, Any]) -> dict[str, Any]:
    return decode_json_object(encode_json_object(document, "it"), "it")


def fields(state: TrainerState) -> dict[str, Any]:
    return {name: value for name, value in vars(state).items() if name not in VECTORS}


DOCUMENT = through_json(state_document(STATE))
ENTRY = DOCUMENT["history"][0]
GENERATOR = DOCUMENT["dropout_state"]


def test_a_state_is_the_same_after_json() -> None:
    assert read_state(DOCUMENT, "it") == fields(STATE)
    assert read_state(DOCUMENT | {"format": "other keys are not looked at"}, "it") == fields(STATE)


def test_the_generator_continues_with_the_same_numbers() -> None:
    """The state of PCG64 is two numbers of 128 bits, more than a float could keep."""
    generator = np.random.default_rng(0)
    generator.bit_generator.state = read_state(json.loads(json.dumps(DOCUMENT)), "it")["dropout_state"]
    assert generator.random(5).tolist() == np.random.default_rng(3).random(5).tolist()


def test_between_epochs_there_is_no_generator() -> None:
    state = replace(STATE, batch=0, dropout_state=None, history=())
    assert read_state(through_json(state_document(state)), "it") == fields(state)


@pytest.mark.parametrize("loss", [float("inf"), float("-inf"), float("nan")])
def test_a_validation_loss_that_is_not_finite_is_kept(loss: float) -> None:
    state = replace(STATE, history=(replace(REPORT, validation_loss=loss),))
    [report] = read_state(through_json(state_document(state)), "it")["history"]
    assert repr(report.validation_loss) == repr(loss)


WHOLE = "must be a whole number of at least 0"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"n_updates": -1}, f'"n_updates" in it {WHOLE}; got -1.'),
        ({"n_updates": 1.5}, f'"n_updates" in it {WHOLE}; got 1.5.'),
        ({"batch": None}, f'"batch" in it {WHOLE}; got null.'),
        ({"batch": 2**53 + 1}, f'"batch" in it {WHOLE}; got 9007199254740993.'),
        ({"loss_sum": "1"}, '"loss_sum" in it must be a number; got "1".'),
        ({"learning_rate": True}, '"learning_rate" in it must be a number; got true.'),
        ({"settings": []}, '"settings" in it must be an object; got [].'),
        (
            {"settings": DOCUMENT["settings"] | {"learning_rate": -1}},
            '"settings" in it must be settings that a run can have; got some of which Learning rate must be ',
        ),
        (
            {"settings": DOCUMENT["settings"] | {"hidden": 3}},
            '"settings" in it must be settings that a run can have; got some of which Hidden layer sizes must be ',
        ),
        (
            {"settings": DOCUMENT["settings"] | {"output": "tanh"}},
            '"settings" in it must be settings that a run can have; got some of which The loss cross-entropy needs ',
        ),
        ({"dropout_state": None}, '"dropout_state" in it must be an object; got null.'),
        ({"batch": 0}, '"dropout_state" in it must be null between epochs; got {"bit_generator": "PCG64", '),
        (
            {"dropout_state": GENERATOR | {"bit_generator": "MT19937"}},
            'The bit_generator of "dropout_state" in it must be PCG64; got "MT19937".',
        ),
        (
            {"dropout_state": GENERATOR | {"state": {"state": 1}}},
            "The state of \"dropout_state\" in it must have the keys inc, state; got one without 'inc'.",
        ),
        (
            {"dropout_state": GENERATOR | {"state": {"state": 2**128, "inc": 1}}},
            f'The state of "dropout_state" in it must be a whole number from 0 to {2**128 - 1}; got {2**128}.',
        ),
        (
            {"dropout_state": GENERATOR | {"has_uint32": 2}},
            'The has_uint32 of "dropout_state" in it must be a whole number from 0 to 1; got 2.',
        ),
        (
            {"dropout_state": GENERATOR | {"uinteger": -1}},
            'The uinteger of "dropout_state" in it must be a whole number from 0 to 4294967295; got -1.',
        ),
        ({"history": None}, '"history" in it must be a list of objects; got null.'),
        ({"history": [7]}, '"history[0]" in it must be an object; got 7.'),
        ({"history": [ENTRY, ENTRY]}, 'The epoch of "history[1]" in it must be 2; got 1.'),
        ({"history": [ENTRY | {"epoch": True}]}, 'The epoch of "history[0]" in it must be 1; got true.'),
        (
            {"history": [ENTRY | {"n_epochs": 0}]},
            'The n_epochs of "history[0]" in it must be a whole number of at least 1; got 0.',
        ),
        ({"history": [ENTRY | {"is_best": 1}]}, 'The is_best of "history[0]" in it must be true or false; got 1.'),
        (
            {"history": [ENTRY | {"training_loss": "inf"}]},
            'The training_loss of "history[0]" in it must be a number; got "inf".',
        ),
        (
            {"history": [ENTRY | {"validation_loss": "large"}]},
            'The validation_loss of "history[0]" in it must be a number or null; got "large".',
        ),
        (
            {"history": [ENTRY | {"validation_error": None}]},
            'Both validation numbers of "history[0]" in it must be given, or both null; got ',
        ),
    ],
)
def test_what_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FileFormatError) as caught:
        read_state(DOCUMENT | changes, "it")
    assert str(caught.value).startswith(sentence)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_required(name: str) -> None:
    settings = asdict(STATE.settings)
    del settings[name]
    with pytest.raises(FileFormatError, match=f"; got one without '{name}'"):
        read_state(DOCUMENT | {"settings": settings}, "it")


def test_a_setting_of_another_version_is_refused() -> None:
    with pytest.raises(FileFormatError, match=r"; got one with 'warp'\.$"):
        read_state(DOCUMENT | {"settings": DOCUMENT["settings"] | {"warp": 9}}, "it")


def test_object_with_takes_exactly_its_names() -> None:
    assert object_with({"a", "b"}, {"b": 1, "a": 2}, "it") == {"a": 2, "b": 1}
    for value, sentence in (
        ({"a": 1}, "it must have the keys a, b; got one without 'b'."),
        ({"a": 1, "b": 2, "c": 3}, "it must have the keys a, b; got one with 'c'."),
        ([], "it must be an object; got []."),
    ):
        with pytest.raises(FileFormatError) as caught:
            object_with({"a", "b"}, value, "it")
        assert str(caught.value) == sentence
