"""Plans as people write them into a file, and as a journal keeps them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.engine.settings import Settings
from nnapp.errors import FileFormatError, NnappError, SettingError, StorageError
from nnapp.search.axes import Axis
from nnapp.search.plan import Halving, SearchPlan
from nnapp.search.plan_json import plan_as_json, plan_from_json, read_plan_document
from nnapp.storage.strict_json import decode_json_object, encode_json_object

PLAN = SearchPlan(
    Settings(epochs=9, hidden=(3,)),
    (Axis("hidden", ((), (5,), (4, 3))), Axis("l2", (0.0, 0.1)), Axis("optimizer", ("adam", "sgd"))),
    sampling="random",
    budget=5,
    repeats=2,
    halving=Halving(2, 4),
)


def test_plan_survives_json() -> None:
    line = encode_json_object(plan_as_json(PLAN), "a plan")
    assert plan_from_json(decode_json_object(line, "a plan"), "a plan") == PLAN


def test_person_may_write_little() -> None:
    plan = plan_from_json({"vary": {"batch-size": [16, "all"]}}, "c.json")
    assert plan == SearchPlan(Settings(), (Axis("batch_size", (16, 0)),))


def test_values_may_be_json_or_text() -> None:
    document = {
        "settings": {"hidden": "8, 4", "l1": "off", "epochs": 3},
        "vary": {"hidden": [[8, 4], "2", []], "learning-rate": "0.001..0.1:3:log"},
        "sampling": "random",
        "budget": "4",
        "repeats": "2",
        "halving": {"first_epochs": "2", "factor": 4},
    }
    plan = plan_from_json(document, "c.json")
    assert plan.settings == Settings(hidden=(8, 4), l1=0.0, epochs=3)
    assert plan.axes == (Axis("hidden", ((8, 4), (2,), ())), Axis("learning_rate", (0.001, 0.01, 0.1)))
    assert (plan.sampling, plan.budget, plan.repeats, plan.halving) == ("random", 4, 2, Halving(2, 4))


@pytest.mark.parametrize(
    ("value", "halving"),
    [(None, None), (False, None), (True, Halving(1, 3)), ({}, Halving()), ({"factor": 5}, Halving(1, 5))],
)
def test_halving(value: Any, halving: Halving | None) -> None:
    assert plan_from_json({"vary": {"l2": [0, 1]}, "halving": value}, "c.json").halving == halving


@pytest.mark.parametrize(
    ("document", "kind", "sentence"),
    [
        ({"varies": {}}, FileFormatError, "The keys of c.json must be among"),
        ({"vary": [1]}, FileFormatError, '"vary" in c.json must be an object'),
        ({"vary": {"l2": 3}}, FileFormatError, 'The values of "l2" in c.json must be a list or a text; got 3'),
        ({"vary": {"l3": [1, 2]}}, SettingError, "c.json: A setting to search must be one of"),
        ({"vary": {"l2": [-1]}}, SettingError, "c.json: L2 regularisation must be"),
        ({"vary": {"l2": [None]}}, SettingError, "c.json: L2 regularisation must be"),
        ({"vary": {"hidden": [{}]}}, SettingError, "c.json: Hidden layer sizes must be"),
        ({"vary": {"l2": "0, 1"}, "settings": {"magic": 1}}, FileFormatError, 'The keys of "settings" in c.json'),
        ({"vary": {"l2": "0, 1"}, "repeats": "many"}, SettingError, "c.json: Repeats must be"),
        ({"vary": {"l2": "0, 1"}, "halving": 3}, FileFormatError, '"halving" in c.json must be an object'),
        ({"vary": {"l2": "0, 1"}, "halving": {"half": 3}}, FileFormatError, "must be among first_epochs, factor"),
        ({}, SettingError, "c.json: A search needs at least one setting that varies"),
    ],
)
def test_what_is_wrong_is_one_sentence(document: dict[str, Any], kind: type[NnappError], sentence: str) -> None:
    with pytest.raises(kind) as caught:
        plan_from_json(document, "c.json")
    assert sentence in str(caught.value)


def test_without_a_file_there_is_none_to_name() -> None:
    with pytest.raises(SettingError, match=r"^A search needs"):
        plan_from_json({}, "")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 200)
    | st.floats(-1, 2)
    | st.sampled_from(["0..1:3", "adam", "none", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["l2", "hidden", "factor"]), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["settings", "vary", "sampling", "budget", "repeats", "halving"]), JSON))
def test_any_document_is_a_plan_or_a_known_problem(document: dict[str, Any]) -> None:
    try:
        plan = plan_from_json(document, "c.json")
    except NnappError:
        return
    assert plan_from_json(json.loads(json.dumps(plan_as_json(plan))), "c.json") == plan


def test_file_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text('{"vary": {}, "vary": {}}')
    with pytest.raises(FileFormatError, match="must occur once"):
        read_plan_document(path)
    path.write_text('{"repeats": 3}')
    assert read_plan_document(path) == {"repeats": 3}
    with pytest.raises(StorageError, match="does not exist"):
        read_plan_document(tmp_path / "none.json")
