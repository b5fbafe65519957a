"""The bar of a slow load: none where nobody sees it, and the generator is always closed."""

from __future__ import annotations

import io
from collections.abc import Generator

import pytest

from nnapp.cli.load_bar import with_progress
from nnapp.storage.load_progress import LoadProgress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def work() -> Generator[LoadProgress, None, str]:
    for what in ("Reading one", "Reading two"):
        for done in (10, 20):
            yield LoadProgress(what, done, 20, "images")
    return "all of it"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnapp.cli.load_bar._PATIENCE_S", 0)


def test_terminal_shows_a_bar_for_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert with_progress(work()) == "all of it"
    shown = terminal.getvalue()
    assert shown.index("Reading one") < shown.index("Reading two")
    assert "10.0/20.0" in shown


def test_other_streams_stay_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert with_progress(work()) == "all of it"
    assert capsys.readouterr() == ("", "")


def test_quick_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("nnapp.cli.load_bar._PATIENCE_S", 60)
    assert with_progress(work()) == "all of it"
    assert terminal.getvalue() == ""


def test_interrupted_work_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    def endless() -> Generator[LoadProgress, None, None]:
        try:
            while True:
                yield LoadProgress("Reading", 0, None, "bytes")
        finally:
            closed.append(True)

    class Interrupted(Terminal):
        def write(self, text: str) -> int:
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stderr", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        with_progress(endless())
    assert closed == [True]
