"""What people write for the values of a setting, and what it means."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.engine.setting import Setting
from nnapp.engine.settings import SETTINGS
from nnapp.errors import SettingError
from nnapp.search.axes import MAX_VALUES, SEARCHABLE, Axis, axis_text, parse_axis


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("batch_size", "16, 32; 64", (16, 32, 64)),
        ("batch_size", "128,256", (128, 256)),
        ("batch_size", "all, 32", (0, 32)),
        ("hidden", "128, 64; 32; none", ((128, 64), (32,), ())),
        ("hidden", "128,64", ((128, 64),)),
        ("optimizer", "adam, sgd", ("adam", "sgd")),
        ("dropout", "off, 0.2", (0.0, 0.2)),
        ("dropout", "0 to 0.4, 5 values", (0.0, 0.1, 0.2, 0.3, 0.4)),
        ("dropout", "0..0.4:5", (0.0, 0.1, 0.2, 0.3, 0.4)),
        ("learning_rate", "0.001 to 0.1, 3 values, log", (0.001, 0.01, 0.1)),
        ("learning_rate", "0.001..0.1:3:log", (0.001, 0.01, 0.1)),
        ("learning_rate", "1e-4 TO 1e-2, 3 Values, LOG", (0.0001, 0.001, 0.01)),
        # √10 = 3.16227766…
        ("learning_rate", "0.001..0.1:5:log", (0.001, 0.00316228, 0.01, 0.0316228, 0.1)),
        ("l2", "off; 0.001..0.1:3:log", (0.0, 0.001, 0.01, 0.1)),
        ("batch_size", "16..128:4:log", (16, 32, 64, 128)),
        ("batch_size", "1 to 4, 10 values", (1, 2, 3, 4)),
        ("training_images", "1,000 to 5,000, 2 values", (1000, 5000)),
    ],
)
def test_text_is_read(name: str, text: str, values: tuple[Any, ...]) -> None:
    assert parse_axis(name, text).values == values


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("learning_rate", "0, 1", "Learning rate must be a number greater than 0"),
        ("learning_rate", "fast", "Learning rate must be a number greater than 0"),
        ("learning_rate", "0.1, ", "got ''"),
        ("optimizer", "adam, magic", "Optimizer must be one of"),
        ("hidden", "128,64;", 'must be written "none"'),
        ("dropout", "0..0.5:3:log", "must start above 0; got 0"),
        ("dropout", "0.5..0.1:3", "from a smaller to a larger number"),
        ("dropout", "0.1..0.5:1", "2 to 1,000 values; got 1"),
        ("dropout", "0.1..0.5:" + 5000 * "9", "Dropout must be a number"),  # more digits than int() takes
        ("dropout", "0..1:5", "less than 1 (0 for off); got 1.0"),
        ("batch_size", "32, 64, 32", "different ones; got 32 twice"),
        ("training_images", "60,000", "without a comma for thousands"),
        ("hidden", "16..64:3", "Hidden layer sizes must be"),
        ("seed", "1, 2", "A setting to search must be one of"),
        ("validation_fraction", "0.1, 0.2", "A setting to search must be one of"),
        ("epochs", "1, 2", "A setting to search must be one of"),
        ("keep", "best, last", "A setting to search must be one of"),
        ("warp", "9", "A setting to search must be one of"),
    ],
)
def test_what_is_wrong_is_one_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse_axis(name, text)
    assert sentence in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_axis_needs_a_value_and_not_too_many() -> None:
    for values in ((), tuple(range(1, MAX_VALUES + 2))):
        with pytest.raises(SettingError, match=f"1 to 1,000 values to search; got {len(values):,}"):
            Axis("batch_size", values)


def test_settings_that_runs_are_compared_by_are_not_searched() -> None:
    assert set(SETTINGS) - set(SEARCHABLE) == {"seed", "validation_fraction", "epochs", "keep"}
    assert SEARCHABLE[:3] == ("hidden", "activation", "learning_rate")


def values_of(setting: Setting) -> st.SearchStrategy[Any]:
    """Return a strategy for the values of a setting that people could search."""
    if setting.kind == "choice":
        return st.sampled_from(setting.choices)
    if setting.kind == "sizes":
        return st.lists(st.integers(int(setting.low), int(setting.high)), max_size=4).map(tuple)
    if setting.kind == "integer":
        return st.integers(int(setting.low), int(setting.high))
    return st.floats(setting.low, setting.high, exclude_min=setting.excludes_low, exclude_max=setting.excludes_high)


@st.composite
def axes(draw: st.DrawFn) -> Axis:
    """Draw an axis of any setting."""
    name = draw(st.sampled_from(SEARCHABLE))
    return Axis(name, tuple(draw(st.lists(values_of(SETTINGS[name]), min_size=1, max_size=6, unique=True))))


@given(axes())
def test_written_axis_is_read_again(axis: Axis) -> None:
    assert parse_axis(axis.name, axis_text(axis)) == axis


@given(st.sampled_from(SEARCHABLE), st.text(st.sampled_from("0159.,;:e-+ tolgvausnerdmx"), max_size=40))
def test_any_text_is_an_axis_or_refused(name: str, text: str) -> None:
    with suppress(SettingError):
        axis = parse_axis(name, text)
        assert parse_axis(name, axis_text(axis)) == axis


@given(
    st.sampled_from([name for name in SEARCHABLE if SETTINGS[name].kind in ("integer", "number")]),
    st.floats(0.001, 0.4),
    st.floats(0.41, 0.89),
    st.integers(2, 30),
    st.booleans(),
)
def test_range_goes_from_end_to_end_in_even_steps(
    name: str, low: float, high: float, count: int, is_logarithmic: bool
) -> None:
    is_whole = SETTINGS[name].kind == "integer"
    first, last = (round(1000 * low), round(1000 * high)) if is_whole else (low, high)
    values = parse_axis(name, f"{first}..{last}:{count}" + (":log" if is_logarithmic else "")).values
    assert (values[0], values[-1]) == (first, last)
    assert list(values) == sorted(set(values))
    if not is_whole:
        steps = [b / a if is_logarithmic else b - a for a, b in pairwise(values)]
        assert len(values) == count
        expected = (high / low) ** (1 / (count - 1)) if is_logarithmic else (high - low) / (count - 1)
        assert steps == pytest.approx([expected] * len(steps), rel=1e-4, abs=1e-9)
