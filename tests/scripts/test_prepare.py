from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "prepare.py"


@pytest.fixture
def prepare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the script as a module that works in a folder of its own and may run no command."""
    spec = importlib.util.spec_from_file_location("prepare", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def refuse(command: list[str]) -> None:
        pytest.fail(f"ran {command}")

    (tmp_path / ".venv").mkdir()
    for name in module.DECIDING:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("[metadata]\n")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "stamp.json")
    monkeypatch.setattr(module, "run", refuse)
    monkeypatch.setattr(module, "administrator_prefix", lambda: None)
    return module


@pytest.fixture
def commands(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Let every command succeed unrun; return the list that records them."""
    ran: list[list[str]] = []

    def record(command: list[str]) -> SimpleNamespace:
        ran.append(command)
        return SimpleNamespace(returncode=0, stdout="", stderr="")

    monkeypatch.setattr(prepare, "run", record)
    return ran


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Make a folder with executables of these names the whole PATH."""
    for name in names:
        (folder / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(folder))


def interpreter(prepare: ModuleType, path: str, version: tuple[int, int], tk: bool = True, venv: bool = True) -> object:
    return prepare.Interpreter(path, list(version), venv, tk, True)


def test_python_3_6_can_read_it() -> None:
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize(
    ("manager", "lacking", "command"),
    [
        ("apt-get", ["venv", "Tk", "Xvfb"], "sudo apt-get install python3-venv python3-tk xvfb"),
        ("apt-get", ["openbox", "xdotool"], "sudo apt-get install openbox xdotool"),
        ("dnf", ["Tk", "Xvfb"], "sudo dnf install python3-tkinter xorg-x11-server-Xvfb"),
        ("brew", ["Tk"], "brew install python-tk"),
    ],
)
def test_what_may_not_be_installed_is_one_sentence_with_the_command(
    prepare: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    manager: str,
    lacking: list[str],
    command: str,
) -> None:
    put_on_path(tmp_path, monkeypatch, manager)

    with pytest.raises(prepare.PreparationError) as caught:
        prepare.install_system_packages(lacking, "test")

    assert str(caught.value) == f"`make test` needs {', '.join(lacking)}; run `{command}`, then `make test` again."


def test_without_a_package_manager_python_org_has_python_and_tk(
    prepare: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path, monkeypatch)

    assert "https://www.python.org/downloads/" in prepare.advice(["Tk"])


def test_apt_updates_its_lists_only_when_a_package_is_not_found(
    prepare: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path, monkeypatch, "apt-get")
    codes = iter([100, 0, 0])
    ran: list[list[str]] = []

    def apt_get(command: list[str]) -> SimpleNamespace:
        ran.append(command)
        return SimpleNamespace(returncode=next(codes), stderr="E: Unable to locate package xvfb")

    monkeypatch.setattr(prepare, "administrator_prefix", lambda: ["sudo", "-n"])
    monkeypatch.setattr(prepare, "run", apt_get)
    prepare.install_system_packages(["Xvfb"], "test")

    assert [command[-1] for command in ran] == ["xvfb", "update", "xvfb"]
    assert ran[0][:3] == ["sudo", "-n", "env"]


def test_first_complete_interpreter_is_chosen(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        interpreter(prepare, "/usr/local/bin/python3", (3, 9)),
        interpreter(prepare, "/usr/bin/python3.13", (3, 13), tk=False),
        interpreter(prepare, "/opt/python3.11", (3, 11)),
        interpreter(prepare, "/opt/python3.10", (3, 10)),
    ]
    monkeypatch.setattr(prepare, "candidates", lambda: range(len(found)))
    monkeypatch.setattr(prepare, "probe", found.__getitem__)

    assert prepare.find_interpreter(needs_tk=True).path == "/opt/python3.11"
    assert prepare.find_interpreter(needs_tk=False).path == "/usr/bin/python3.13"


def test_system_interpreter_is_the_one_to_complete(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        interpreter(prepare, "/opt/python3.12", (3, 12), tk=False),
        interpreter(prepare, "/usr/bin/python3", (3, 11), tk=False, venv=False),
    ]
    monkeypatch.setattr(prepare, "candidates", lambda: range(len(found)))
    monkeypatch.setattr(prepare, "probe", found.__getitem__)
    chosen = prepare.find_interpreter(needs_tk=True)

    assert chosen.path == "/usr/bin/python3"
    assert chosen.lacks(needs_tk=True) == ["venv", "Tk"]
    assert chosen.lacks(needs_tk=False) == ["venv"]


def test_too_old_python_is_one_sentence(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "candidates", lambda: ["/usr/bin/python3"])
    monkeypatch.setattr(prepare, "probe", lambda path: interpreter(prepare, path, (3, 9)))

    with pytest.raises(prepare.PreparationError, match=r"^nnapp needs Python 3\.10 .* newest here is 3\.9; "):
        prepare.find_interpreter(needs_tk=False)


def test_probe_reports_this_interpreter_and_none_for_what_does_not_run(
    tmp_path: Path, prepare: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the probe is to run for real
    broken = tmp_path / "python3"
    broken.touch(mode=0o755)

    assert prepare.probe(sys.executable).version == list(sys.version_info[:2])
    assert prepare.probe(str(broken)) is None
    assert prepare.probe(str(tmp_path / "missing")) is None


def test_packages_are_installed_once_and_again_when_they_may_be_others(
    prepare: ModuleType, commands: list[list[str]], tmp_path: Path
) -> None:
    prepare.install_project(frozenset({"test"}), "test")
    prepare.install_project(frozenset({"test"}), "test")
    prepare.install_project(frozenset(), "run")
    assert [command[-1] for command in commands] == [".[test]"]

    (tmp_path / "setup.cfg").write_text("[metadata]\nname = other\n")
    prepare.install_project(frozenset(), "run")
    prepare.install_project(frozenset({"peers"}), "bench")
    assert [command[-1] for command in commands] == [".[test]", ".[test]", ".[peers,test]"]

    (tmp_path / "nnapp" / "engine" / "adam_step.c").write_text("/* other */\n")
    prepare.install_project(frozenset(), "run")
    assert len(commands) == 4


def test_failed_installation_is_tried_again(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = SimpleNamespace(returncode=1, stdout="", stderr="ERROR: No matching distribution found for numpy>=9\n")
    monkeypatch.setattr(prepare, "run", lambda command: failed)

    for _ in range(2):
        with pytest.raises(prepare.PreparationError, match=r"\(No matching distribution found for numpy>=9\)"):
            prepare.install_project(frozenset(), "run")


def test_no_network_is_one_sentence(prepare: ModuleType) -> None:
    # What pip 23 prints, without the object's address.
    output = "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\nERROR: No match\n"

    assert prepare.pip_failure(output) == "pip could not reach the package index; connect this machine to the network"
