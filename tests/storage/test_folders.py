"""The places where data is looked for, on every system."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import pytest

from nnapp.storage import folders
from nnapp.storage.folders import (
    SHIPPED_NETWORKS,
    data_folders,
    folder_for,
    published_folders,
    shipped_networks,
    user_cache_folder,
    user_data_folder,
)
from nnapp.storage.published_datasets import DATASETS, MNIST


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with an installed package, a home and a current folder in it, and nothing set."""
    for name in ("site/nnapp", "home", "current"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(folders, "__file__", str(tmp_path / "site" / "nnapp" / "storage" / "folders.py"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "NNAPP_DATA", "NNAPP_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path / "current")
    return Path(os.path.realpath(tmp_path))


def test_cache_on_linux(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert user_cache_folder() == places / "home" / ".cache" / "nnapp"
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "cache"))
    assert user_cache_folder() == places / "cache" / "nnapp"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert user_cache_folder() == places / "home" / ".cache" / "nnapp"


def test_cache_on_macos(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert user_cache_folder() == places / "home" / "Library" / "Caches" / "nnapp"


def test_cache_on_windows(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(places / "local"))
    assert user_cache_folder() == places / "local" / "nnapp"


def test_account_without_a_home(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert user_cache_folder().is_absolute()


def test_installed(places: Path) -> None:
    cached = places / "home" / ".cache" / "nnapp" / "mnist"
    assert data_folders() == (places / "current" / "data" / "mnist", places / "current" / "data", cached)
    assert folder_for(MNIST) == cached


def test_from_a_checkout(places: Path) -> None:
    (places / "site" / "setup.cfg").write_bytes(b"")
    cached = places / "home" / ".cache" / "nnapp" / "mnist"
    current, site = places / "current" / "data", places / "site" / "data"
    assert data_folders() == (current / "mnist", current, site / "mnist", site, cached)
    assert folder_for(MNIST) == site / "mnist"


def test_in_a_checkout_its_folder_comes_once(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (places / "site" / "setup.cfg").write_bytes(b"")
    monkeypatch.chdir(places / "site")
    site = places / "site" / "data"
    assert data_folders() == (site / "mnist", site, places / "home" / ".cache" / "nnapp" / "mnist")


def test_named_folder_comes_first(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNAPP_DATA", "~/digits")
    named = places / "home" / "digits"
    assert data_folders()[:2] == (named / "mnist", named)
    assert folder_for(MNIST) == named / "mnist"
    monkeypatch.setenv("NNAPP_DATA", "")
    assert data_folders()[0] == places / "current" / "data" / "mnist"


def test_every_published_set_has_a_folder_of_its_own(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them use the same file names."""
    assert len({folder_for(published) for published in DATASETS.values()}) == len(DATASETS)
    monkeypatch.setenv("NNAPP_DATA", str(places / "named"))
    for name, published in DATASETS.items():
        assert folder_for(published) == places / "named" / name
        assert published_folders(published)[0] == places / "named" / name


def test_what_a_person_made_on_linux(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert user_data_folder() == places / "home" / ".local" / "share" / "nnapp"
    monkeypatch.setenv("XDG_DATA_HOME", str(places / "share"))
    assert user_data_folder() == places / "share" / "nnapp"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert user_data_folder() == places / "home" / ".local" / "share" / "nnapp"


def test_what_a_person_made_on_macos(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert user_data_folder() == places / "home" / "Library" / "Application Support" / "nnapp"


def test_what_a_person_made_on_windows(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert user_data_folder() == Path(places, "home", "AppData", "Roaming", "nnapp")
    monkeypatch.setenv("APPDATA", str(places / "roaming"))
    assert user_data_folder() == places / "roaming" / "nnapp"


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_what_a_person_made_in_a_folder_of_its_own(
    places: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("NNAPP_HOME", "~/mine")
    assert user_data_folder() == places / "home" / "mine"


@pytest.fixture
def networks(places: Path) -> Path:
    """Return the folder of the networks of a checkout, empty."""
    (places / "site" / "setup.cfg").write_bytes(b"")
    (places / "site" / "networks").mkdir()
    return places / "site" / "networks"


def put(folder: Path, *names: str) -> None:
    """Put files there, each a second older than the one before."""
    for age_s, name in enumerate(names):
        (folder / name).write_bytes(b"")
        os.utime(folder / name, (1_000_000 - age_s, 1_000_000 - age_s))


def found() -> list[str]:
    return [path.name for path in shipped_networks()]


def test_networks_are_those_of_the_checkout_the_newest_first(networks: Path) -> None:
    assert shipped_networks() == ()
    put(networks, "b.nn", "a.nn", "c.nn", "README.md")
    assert found() == ["b.nn", "a.nn", "c.nn"]
    (networks.parent / "setup.cfg").unlink()
    assert shipped_networks() == ()  # no checkout any more


@pytest.mark.parametrize("of_user", [False, True])
def test_networks_of_an_installation(places: Path, monkeypatch: pytest.MonkeyPatch, of_user: bool) -> None:
    """As of ``pip install``, or of ``pip install --user``."""
    user = sysconfig.get_preferred_scheme("user")

    def get_path(name: str, scheme: str) -> str:
        assert name == "data"
        return str(places / ("user" if scheme == user else "prefix"))

    monkeypatch.setattr(sysconfig, "get_path", get_path)
    assert shipped_networks() == ()
    folder = places / ("user" if of_user else "prefix") / "share" / "nnapp" / "networks"
    folder.mkdir(parents=True)
    put(folder, "best.nn")
    assert shipped_networks() == (folder / "best.nn",)


def test_of_the_shipped_networks_the_best_comes_first_whatever_their_times(networks: Path) -> None:
    put(networks, *reversed(SHIPPED_NETWORKS))
    assert found() == list(SHIPPED_NETWORKS)
    assert found()[0] == "best.nn"


def test_own_networks_come_before_the_shipped_ones_if_they_are_newer(networks: Path) -> None:
    """What is shipped came with its newest file: one was trained since, others before an update brought a new one."""
    put(networks, "newer.nn", "classic-16-16.nn", "older.nn", "best.nn", "oldest.nn", "small-128-64.nn")
    assert found() == ["newer.nn", "best.nn", "small-128-64.nn", "classic-16-16.nn", "older.nn", "oldest.nn"]
