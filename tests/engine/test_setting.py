"""Single settings: which values are allowed, the sentence for every other, and reading what a person typed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.engine.setting import Setting
from nnapp.engine.settings import SETTINGS
from nnapp.errors import SettingError

NUMBERS = [name for name, setting in SETTINGS.items() if setting.kind == "number"]
INTEGERS = [name for name, setting in SETTINGS.items() if setting.kind == "integer"]
CHOICES = [name for name, setting in SETTINGS.items() if setting.kind == "choice"]


def refusal(setting: Setting, value: Any) -> str:
    """Return the sentence with which a value is refused."""
    with pytest.raises(SettingError) as caught:
        setting.check(value)
    assert caught.value.setting == setting.name
    return str(caught.value)


def text_refusal(setting: Setting, text: str) -> str:
    """Return the sentence with which a text is refused."""
    with pytest.raises(SettingError) as caught:
        setting.parse(text)
    assert caught.value.setting == setting.name
    return str(caught.value)


def just_outside(setting: Setting) -> tuple[float, float]:
    """Return the nearest values below and above what a number or an integer may be."""
    if setting.kind == "integer":
        return setting.low - 1, setting.high + 1
    below = setting.low if setting.excludes_low else float(np.nextafter(setting.low, -np.inf))
    above = setting.high if setting.excludes_high else float(np.nextafter(setting.high, np.inf))
    return below, above


def outermost(setting: Setting) -> tuple[float, float]:
    """Return the smallest and the largest value a number or an integer may be."""
    if setting.kind == "integer":
        return setting.low, setting.high
    low = float(np.nextafter(setting.low, np.inf)) if setting.excludes_low else setting.low
    high = float(np.nextafter(setting.high, -np.inf)) if setting.excludes_high else setting.high
    return low, high


@pytest.mark.parametrize("name", NUMBERS + INTEGERS)
def test_limits_are_allowed_and_what_is_just_outside_is_refused(name: str) -> None:
    setting = SETTINGS[name]

    for value in outermost(setting):
        setting.check(value)
    for value in just_outside(setting):
        sentence = refusal(setting, value)
        assert sentence.startswith(f"{setting.label} must be {setting.allowed}; got ")
        assert sentence.endswith(f"; got {value}.")


@pytest.mark.parametrize("name", NUMBERS + INTEGERS)
@pytest.mark.parametrize("value", [True, False, None, "1", (1,), [1], float("nan"), float("inf"), 10**400, -(10**400)])
def test_what_is_no_number_is_refused(name: str, value: Any) -> None:
    assert refusal(SETTINGS[name], value).endswith(f"; got {'1' if value == (1,) else value}.")


@pytest.mark.parametrize("name", INTEGERS)
def test_whole_numbers_must_be_integers(name: str) -> None:
    assert "must be a whole number" in refusal(SETTINGS[name], 1.5)
    assert "must be a whole number" in refusal(SETTINGS[name], 1.0)


@pytest.mark.parametrize("name", NUMBERS + INTEGERS)
@pytest.mark.parametrize(
    "text", ["", " ", "nan", "inf", "-inf", "1e400", "abc", "1,5", "0x10", "--1", "9" * 400, "9" * 5000]
)
def test_texts_that_are_no_allowed_number_are_refused(name: str, text: str) -> None:
    sentence = text_refusal(SETTINGS[name], text)

    assert sentence.startswith(f"{SETTINGS[name].label} must be {SETTINGS[name].allowed}; got ")


@pytest.mark.parametrize("name", CHOICES)
def test_choices_are_allowed_and_all_else_is_refused(name: str) -> None:
    setting = SETTINGS[name]

    for choice in setting.choices:
        setting.check(choice)
        assert setting.parse(f" {choice} ") == choice
        assert setting.parse(setting.format(choice)) == choice
    for wrong in ("nonsense", "", None, 1, ("relu",)):
        assert f"{setting.label} must be one of {', '.join(setting.choices)}; got " in refusal(setting, wrong)
    assert text_refusal(setting, "nonsense").endswith("; got nonsense.")


class TestSizes:
    setting = SETTINGS["hidden"]

    @pytest.mark.parametrize(
        ("text", "sizes"),
        [
            ("128,64", (128, 64)),
            (" 128 , 64 ", (128, 64)),
            ("7", (7,)),
            ("", ()),
            ("none", ()),
            ("None", ()),
            ("1,65535", (1, 65_535)),
            (",".join(["1"] * 253), (1,) * 253),
        ],
    )
    def test_allowed_texts(self, text: str, sizes: tuple[int, ...]) -> None:
        assert self.setting.parse(text) == sizes

    @pytest.mark.parametrize(
        ("text", "got"),
        [
            ("0", "0"),
            ("a,b", "'a,b'"),
            ("128,", "'128,'"),
            ("128;64", "'128;64'"),
            ("128 64", "'128 64'"),
            ("-1", "-1"),
            ("1.5", "'1.5'"),
            ("128,65536", "128, 65536"),
            ("nan", "'nan'"),
            ("1e3", "'1e3'"),
            (",".join(["1"] * 254), ", ".join(["1"] * 254)),
        ],
    )
    def test_refused_texts(self, text: str, got: str) -> None:
        assert text_refusal(self.setting, text) == (
            "Hidden layer sizes must be at most 253 whole numbers from 1 to 65,535, separated by commas, "
            f"or nothing for no hidden layer; got {got}."
        )

    @pytest.mark.parametrize("value", [(0,), (65_536,), (True,), (1.0,), ("1",), 128, None, (1,) * 254])
    def test_refused_values(self, value: Any) -> None:
        assert refusal(self.setting, value).startswith("Hidden layer sizes must be at most 253 whole numbers")

    @given(sizes=st.lists(st.integers(1, 65_535), max_size=253))
    def test_format_is_read_back(self, sizes: list[int]) -> None:
        assert self.setting.parse(self.setting.format(tuple(sizes))) == tuple(sizes)


@given(data=st.data(), name=st.sampled_from(NUMBERS + INTEGERS))
def test_format_is_read_back_exactly(data: st.DataObject, name: str) -> None:
    setting = SETTINGS[name]
    low, high = outermost(setting)
    strategy = st.integers(int(low), int(high)) if setting.kind == "integer" else st.floats(low, high)
    value = data.draw(strategy)

    parsed = setting.parse(setting.format(value))

    assert parsed == value
    assert type(parsed) is type(value) or value == 0


@given(text=st.text(max_size=12), name=st.sampled_from(list(SETTINGS)))
def test_any_text_is_read_or_refused_in_a_sentence(text: str, name: str) -> None:
    setting = SETTINGS[name]
    sentence = ""
    try:
        value = setting.parse(text)
    except SettingError as error:
        sentence = str(error)

    if sentence:
        assert sentence.startswith(f"{setting.label} must be {setting.allowed}; got ")
    else:
        setting.check(value)
        assert setting.parse(setting.format(value)) == value


@pytest.mark.parametrize("name", [name for name, setting in SETTINGS.items() if setting.zero])
def test_word_for_zero_is_read_and_shown(name: str) -> None:
    setting = SETTINGS[name]

    assert setting.parse(setting.zero) == setting.parse(setting.zero.upper()) == setting.parse("0") == 0
    assert setting.format(0) == setting.zero
    assert setting.allowed.endswith(f" (0 for {setting.zero})")


def test_numbers_of_numpy_are_shown_like_any_other() -> None:
    assert SETTINGS["learning_rate"].format(np.float64(0.1)) == "0.1"


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("learning_rate", "a number greater than 0 and at most 1,000"),
        ("dropout", "a number at least 0 and less than 1 (0 for off)"),
        ("validation_fraction", "a number at least 0 and at most 0.9 (0 for none)"),
        ("seed", "a whole number at least 0 and at most 4,294,967,295"),
        ("batch_size", "a whole number at least 0 and at most 100,000,000 (0 for all)"),
        ("keep", "one of best, last"),
    ],
)
def test_sentence_of_what_is_allowed(name: str, allowed: str) -> None:
    assert SETTINGS[name].allowed == allowed


def test_refusal_of_a_negative_learning_rate() -> None:
    assert text_refusal(SETTINGS["learning_rate"], "-1") == (
        "Learning rate must be a number greater than 0 and at most 1,000; got -1.0."
    )


@pytest.mark.parametrize(("text", "value"), [("10,000", 10_000), ("1,234,567", 1_234_567), ("12", 12)])
def test_thousands_may_be_set_apart(text: str, value: int) -> None:
    assert SETTINGS["images_per_epoch"].parse(text) == value


@pytest.mark.parametrize("text", ["1,5", "1,0000", "10,00", ",100", "1,,000"])
def test_a_comma_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="Images per epoch must be"):
        SETTINGS["images_per_epoch"].parse(text)
