"""The files around the code agree with it and with one another."""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nnapp

PROJECT = Path(__file__).resolve().parent.parent
NOT_OURS = {"build", "data", "dist", "networks"}  # made or downloaded by whoever works here
TEXT_SUFFIXES = {"", ".cfg", ".md", ".py", ".toml", ".txt"}


@pytest.fixture(scope="module")
def settings() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(PROJECT / "setup.cfg", encoding="utf-8")
    return parser


def text_files() -> Iterator[Path]:
    """Yield the project's own text files."""
    for folder, folders, files in os.walk(PROJECT):
        folders[:] = [
            name
            for name in folders
            if (not name.startswith(".") or name == ".ci") and name not in NOT_OURS and name != "__pycache__"
            if not name.endswith(".egg-info")
        ]
        yield from (Path(folder, name) for name in files if Path(name).suffix in TEXT_SUFFIXES)


def test_every_package_is_listed(settings: configparser.ConfigParser) -> None:
    listed = settings["options"]["packages"].split()
    found = [path.parent.relative_to(PROJECT).as_posix() for path in (PROJECT / "nnapp").rglob("__init__.py")]

    assert sorted(listed) == sorted(name.replace("/", ".") for name in found)


def test_version_has_one_home(settings: configparser.ConfigParser) -> None:
    assert settings["metadata"]["version"] == "attr: nnapp.__version__"
    assert re.fullmatch(r"\d+\.\d+\.\d+", nnapp.__version__)


def test_lowest_versions_are_the_lower_bounds(settings: configparser.ConfigParser) -> None:
    """`tests/lowest-versions.txt` pins exactly the versions that `install_requires` starts at."""
    required = re.findall(r"^(\w+)>=([\d.]+)$", settings["options"]["install_requires"], re.MULTILINE)
    pinned = re.findall(r"^(\w+)==([\d.]+)$", (PROJECT / "tests/lowest-versions.txt").read_text("utf-8"), re.MULTILINE)

    assert {name for name, _ in required} == {"numpy", "pillow", "matplotlib", "tqdm", "threadpoolctl"}
    assert [(name, version.removesuffix(".0")) for name, version in pinned] == required


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_commands_in_documents_exist(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    code = " ".join(re.findall(r"```.*?```|`[^`]+`", (PROJECT / document).read_text("utf-8"), re.DOTALL))
    named = set(re.findall(r"\bmake ([a-z]+)", code))

    assert "test" in named
    assert named <= targets


def test_readme_names_the_two_commands() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")

    assert "make run" in readme
    assert "make test" in readme


def test_no_path_of_one_machine() -> None:
    """A path such as a home folder in a file works for its author alone."""
    pattern = re.compile(r"(?<![\w.])/(home|Users|root|work|farm)/")
    guilty = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in text_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]

    assert guilty == []
