"""Preferences: where they are kept, what comes back, and that no file of any kind stops the start."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.display.palettes import COLORS, THEMES
from nnapp.storage.dataset import DataChoice
from nnapp.storage.preferences import (
    MAX_RECENT,
    Preferences,
    load_preferences,
    preferences_file,
    save_preferences,
)

CHANGED = Preferences(
    theme="dark",
    colors="colour-blind",
    scale=1.5,
    windows={"training": "1280x720+100+50", "testing": "900x600+-5+0"},
    last_folder=os.path.join(os.sep, "somewhere", "networks"),
    recent_networks=[os.path.join(os.sep, "somewhere", "networks", "best é \udc80.nn")],
    data=DataChoice("a folder", 0.25, 3),
    verbose=True,
    others={"colour of tomorrow": [1, {"a": None}]},
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "configuration" / "preferences.json"


def write(file: Path, content: object) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(content))


def test_what_is_saved_comes_back(file: Path) -> None:
    assert load_preferences(file) == Preferences()
    assert save_preferences(CHANGED, file)
    assert load_preferences(file) == CHANGED
    assert save_preferences(load_preferences(file), file)
    assert load_preferences(file) == CHANGED


def test_file_can_be_read_and_edited_by_a_person(file: Path) -> None:
    save_preferences(Preferences(theme="dark"), file)
    lines = file.read_text().splitlines()
    assert '  "theme": "dark",' in lines
    assert json.loads(file.read_text())["scale"] == 1.0


def test_only_the_file_itself_is_left(file: Path) -> None:
    save_preferences(CHANGED, file)
    save_preferences(Preferences(), file)
    assert [entry.name for entry in file.parent.iterdir()] == ["preferences.json"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "blue"), ("theme", None), ("theme", 1), ("theme", ["dark"]),
        ("colors", "pastel"), ("colors", {"dark": 1}),
        ("scale", "1.5"), ("scale", True), ("scale", 0), ("scale", -1), ("scale", 1e308), ("scale", float("nan")),
        ("scale", 10**400),
        ("windows", []), ("windows", "1280x720"),
        ("last_folder", 3), ("last_folder", "a\0b"),
        ("recent_networks", "best.nn"), ("recent_networks", {"best.nn": 1}),
        ("data", False), ("data", "mnist"), ("data", {}), ("data", {"source": 3}),
        ("data", {"source": "mnist", "test_fraction": 2}), ("data", {"source": "mnist", "split_seed": "1"}),
        ("verbose", 1), ("verbose", "yes"),
    ],
)  # fmt: skip
def test_wrong_value_falls_back_alone(file: Path, name: str, value: Any) -> None:
    others = {"theme": "dark", "verbose": True, "data": {"source": "kept"}}
    write(file, {**others, name: value})
    loaded = load_preferences(file)
    assert getattr(loaded, name) == getattr(Preferences(), name)
    kept = Preferences(theme="dark", verbose=True, data=DataChoice("kept"))
    for other in others.keys() - {name}:
        assert getattr(loaded, other) == getattr(kept, other)


def test_lists_keep_what_is_right_in_them(file: Path) -> None:
    windows = {
        "a": "800x600+0+0",
        "b": "0x0+0+0",
        "c": 5,
        "d": "800x600",
        "e": "9999999x9+0+0",
        "f": "800x600+0+0; exit",
    }
    write(file, {"recent_networks": ["a.nn", 3, None, "a.nn", "", "b.nn"], "windows": windows})
    loaded = load_preferences(file)
    assert loaded.recent_networks == ["a.nn", "b.nn"]
    assert loaded.windows == {"a": "800x600+0+0"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\x00\xff\xfe",
        b"[1, 2]",
        b'"dark"',
        b"null",
        b"[" * 200_000,
        b'{"a": ' + b"9" * 900_000 + b"}",
        b"\xef\xbb\xbf{}",
    ],
    ids=["empty", "cut", "binary", "list", "text", "null", "deep", "huge-number", "byte-order-mark"],
)
def test_broken_file_means_defaults(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    assert load_preferences(file) == Preferences()
    assert save_preferences(Preferences(theme="dark"), file)
    assert load_preferences(file).theme == "dark"


def test_file_that_is_far_too_large_is_not_read(file: Path) -> None:
    write(file, {"theme": "dark", "junk": "x" * 2_000_000})
    assert load_preferences(file) == Preferences()


@given(st.binary(max_size=200))
def test_any_bytes_load(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_bytes(content)
    assert isinstance(load_preferences(file), Preferences)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(["theme", "scale", "windows", "recent_networks", "last_folder", "verbose", "others", "new"])


@given(st.dictionaries(KEYS, JSON, max_size=8))
def test_any_values_load_to_something_usable_that_saves(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]
) -> None:
    file = tmp_path_factory.getbasetemp() / "values.json"
    file.write_text(json.dumps(values))
    loaded = load_preferences(file)
    assert loaded.theme in THEMES
    assert 0.75 <= loaded.scale <= 3
    assert all(isinstance(path, str) for path in loaded.recent_networks)
    assert save_preferences(loaded, file)
    again = load_preferences(file)
    assert repr(again) == repr(loaded)  # repr, since nan is not equal to itself


def test_unknown_keys_are_kept(file: Path) -> None:
    write(file, {"theme": "dark", "gradient": {"angle": 45}, "others": 7})
    loaded = load_preferences(file)
    loaded.theme = "light"
    save_preferences(loaded, file)
    assert json.loads(file.read_text())["gradient"] == {"angle": 45}
    assert json.loads(file.read_text())["others"] == 7


def test_folder_in_place_of_the_file(file: Path) -> None:
    file.mkdir(parents=True)
    assert load_preferences(file) == Preferences()
    assert not save_preferences(Preferences(), file)


def test_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    below_a_file = tmp_path / "a file" / "preferences.json"
    assert load_preferences(below_a_file) == Preferences()
    assert not save_preferences(CHANGED, below_a_file)


def test_themes_and_colours_are_those_of_the_palettes(file: Path) -> None:
    for name, words in (("theme", THEMES), ("colors", COLORS)):
        for word in words:
            write(file, {name: word})
            assert getattr(load_preferences(file), name) == word


def test_recent_networks_are_in_order_and_few(tmp_path: Path) -> None:
    preferences = Preferences()
    paths = [tmp_path / f"{number}.nn" for number in range(12)]
    for path in [*paths, paths[5]]:
        preferences.remember_network(path)
    expected = [5, 11, 10, 9, 8, 7, 6, 4, 3, 2]  # the newest first, each once
    assert preferences.recent_networks == [str(tmp_path / f"{number}.nn") for number in expected]
    assert len(expected) == MAX_RECENT
    assert preferences.last_folder == str(tmp_path)
    preferences.forget_network(paths[11])
    preferences.forget_network("never there")
    assert str(paths[11]) not in preferences.recent_networks
    assert len(preferences.recent_networks) == 9


def test_relative_path_is_remembered_for_any_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    preferences = Preferences()
    preferences.remember_network("a.nn")
    assert preferences.recent_networks == [str(tmp_path / "a.nn")]


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "home/.config/nnapp"),
        ("linux", {"XDG_CONFIG_HOME": "{tmp}/xdg"}, "xdg/nnapp"),
        ("linux", {"XDG_CONFIG_HOME": "relative"}, "home/.config/nnapp"),
        ("linux", {"NNAPP_HOME": "{tmp}/own", "XDG_CONFIG_HOME": "{tmp}/xdg"}, "own"),
        ("linux", {"NNAPP_HOME": "~/own"}, "home/own"),
        ("darwin", {}, "home/Library/Application Support/nnapp"),
        ("darwin", {"NNAPP_HOME": "{tmp}/own"}, "own"),
        ("win32", {"APPDATA": "{tmp}/AppData"}, "AppData/nnapp"),
        ("win32", {}, "home/AppData/Roaming/nnapp"),
    ],
)
def test_place_on_every_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], expected: str
) -> None:
    for name in ("NNAPP_HOME", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp=tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert preferences_file() == tmp_path / expected / "preferences.json"


def test_relative_override_does_not_move_with_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNAPP_HOME", "own")
    monkeypatch.chdir(tmp_path)
    assert preferences_file() == tmp_path / "own" / "preferences.json"


def test_default_place_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNAPP_HOME", str(tmp_path / "own"))
    assert save_preferences(Preferences(theme="dark"))
    assert load_preferences().theme == "dark"
    assert (tmp_path / "own" / "preferences.json").is_file()


def test_two_windows_do_not_undo_each_other(tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    save_preferences(Preferences(windows={"training": "800x600+1+1", "testing": "700x500+2+2"}), file)
    training, testing = load_preferences(file), load_preferences(file)
    training.theme = "dark"
    training.windows["training"] = "900x600+3+3"
    training.remember_network(tmp_path / "a.nn")
    save_preferences(training, file)
    testing.scale = 1.5
    testing.windows["testing"] = "1000x700+4+4"
    save_preferences(testing, file)
    found = load_preferences(file)
    assert (found.theme, found.scale) == ("dark", 1.5)
    assert found.windows == {"training": "900x600+3+3", "testing": "1000x700+4+4"}
    assert found.recent_networks == [str(tmp_path / "a.nn")]


def test_what_was_saved_long_ago_does_not_undo_what_another_window_saved_since(tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    ours, theirs = load_preferences(file), load_preferences(file)
    ours.theme = "dark"
    save_preferences(ours, file)
    theirs.theme = "dark"
    save_preferences(theirs, file)
    theirs.theme = "light"
    save_preferences(theirs, file)
    save_preferences(ours, file)
    assert load_preferences(file).theme == "light"
