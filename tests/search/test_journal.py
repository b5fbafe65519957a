"""A journal loses nothing, whatever ends the program that writes it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from nnapp.errors import ExistingFilesError, FileFormatError, StorageError
from nnapp.search import journal as journal_module
from nnapp.search.journal import Journal
from nnapp.search.plan import SearchPlan
from nnapp.search.results import EpochPoint, RunResult

NewJournal = Callable[..., Journal]
CURVES = (EpochPoint(1.5, 1.25, 0.5), EpochPoint(0.75, 1.0, 0.25))


def result(run: int, rung: int = 0) -> RunResult:
    """Return a result of the fixture's plan, which has two repeats."""
    return RunResult(
        run=run,
        configuration=(run + 1) // 2,
        repeat=(run - 1) % 2,
        rung=rung,
        epochs=2,
        validation_loss=1.0,
        validation_error=0.25,
        best_epoch=2,
        n_parameters=100,
        seconds=0.125,
        curves=CURVES,
    )


def filled(journal: Journal, *results: RunResult) -> Journal:
    with journal.writing():
        for one in results:
            journal.append(one, b"network")
    return journal


def test_what_is_written_is_read(plan: SearchPlan, new_journal: NewJournal) -> None:
    failed = replace(result(4), validation_loss=None, validation_error=None, best_epoch=0, problem="It diverged.")
    journal = filled(new_journal(plan), result(3), failed)
    again = Journal.open(journal.path)
    assert again.plan == plan
    assert again.data == journal.data
    assert again.results == journal.results == {(3, 0): result(3), (4, 0): failed}
    assert again.note == ""


def test_lines_are_as_specified(plan: SearchPlan, new_journal: NewJournal) -> None:
    journal = filled(new_journal(plan), result(3))
    head, line = map(json.loads, journal.path.read_text("utf-8").splitlines())
    assert head["format"] == "nnapp search 1"
    assert head["plan"]["vary"] == {"hidden": [[6], [8, 5]], "learning_rate": [0.01, 0.03]}
    assert head["data"]["fingerprint"] == journal.data.fingerprint
    assert line["values"] == {"hidden": [6], "learning_rate": 0.03}
    assert line["curves"] == {
        "training_loss": [1.5, 0.75],
        "validation_loss": [1.25, 1.0],
        "validation_error": [0.5, 0.25],
    }
    assert (line["run"], line["seconds"], line["problem"]) == (3, 0.125, "")


def test_networks_lie_beside_it(plan: SearchPlan, new_journal: NewJournal, tmp_path: Path) -> None:
    journal = filled(new_journal(plan, "a.b.jsonl"), result(3))
    assert journal.network_path(3) == tmp_path / "a.b.networks" / "run-0003.nn"
    assert journal.network_path(3).read_bytes() == b"network"


def test_cut_at_every_byte_of_its_last_line_it_lacks_that_line_alone(plan: SearchPlan, new_journal: NewJournal) -> None:
    journal = filled(new_journal(plan), result(1), result(2))
    whole = journal.path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for end in range(start, len(whole)):
        journal.path.write_bytes(whole[:end])
        cut = Journal.open(journal.path)
        assert cut.results == {(1, 0): result(1)}
        assert ("half written" in cut.note) == (end > start)
        assert journal.path.read_bytes() == whole[:end]  # reading changes nothing
        filled(cut, result(2))
        assert journal.path.read_bytes() == whole
    assert Journal.open(journal.path).results.keys() == {(1, 0), (2, 0)}


def test_network_that_was_half_written_is_removed(plan: SearchPlan, new_journal: NewJournal) -> None:
    journal = filled(new_journal(plan), result(1))
    unfinished = journal.networks_folder / ".run-0002.nn.0123abcd.part"  # as `atomic_writer` calls it
    unfinished.write_bytes(b"half")
    filled(Journal.open(journal.path))
    assert [path.name for path in journal.networks_folder.iterdir()] == ["run-0001.nn"]


def test_zeros_in_place_of_the_last_line_are_cut_off(plan: SearchPlan, new_journal: NewJournal) -> None:
    """What some file systems leave of a line when the power fails: its length, but not its bytes."""
    journal = filled(new_journal(plan), result(1))
    with journal.path.open("ab") as stream:
        stream.write(bytes(300))
    filled(Journal.open(journal.path), result(2))
    assert Journal.open(journal.path).results.keys() == {(1, 0), (2, 0)}


def test_last_line_of_which_only_the_end_reached_the_disk_is_cut_off(plan: SearchPlan, new_journal: NewJournal) -> None:
    journal = filled(new_journal(plan), result(1), result(2))
    whole = journal.path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    journal.path.write_bytes(whole[:start] + bytes(50) + whole[start + 50 :])
    torn = Journal.open(journal.path)
    assert torn.results.keys() == {(1, 0)}
    assert "half written" in torn.note
    filled(torn, result(2))
    assert journal.path.read_bytes() == whole


@pytest.mark.parametrize("content", [b"just text\n", b"\x03\x10\x03\xb0\xff\n", b'{"format": "nnapp run 1"}\n'])
def test_file_of_another_kind_is_said_to_be_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.nn"
    path.write_bytes(content)

    with pytest.raises(FileFormatError, match=r"must be that of the file of a search; got a file of another kind\.$"):
        Journal.open(path)


def test_damage_elsewhere_is_told(plan: SearchPlan, new_journal: NewJournal) -> None:
    journal = filled(new_journal(plan), result(1), result(2))
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(lines[0] + lines[1][:40] + b"\n" + lines[2])
    with pytest.raises(FileFormatError, match=r"line 2 of .*search\.jsonl must be JSON"):
        Journal.open(journal.path)


@pytest.mark.parametrize("content", [b"", b"{}", b"half a head"])
def test_journal_without_a_head_is_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match="must begin with a line of a journal"):
        Journal.open(path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"run": 9}, '"run" in .* must be a whole number from 1 to 8; got 9'),
        ({"configuration": 4}, '"configuration" in .* must be that of run 3'),
        ({"repeat": 1}, '"repeat" in .* must be that of run 3'),
        ({"values": {"hidden": [6], "learning_rate": 0.01}}, '"values" in .* must be that of run 3'),
        ({"rung": 1}, '"rung" in .* must be 0 to 0; got 1'),
        ({"epochs": 1}, "must be a list of one number for each epoch"),
        ({"validation_error": None}, '"validation_error" in .* must be a number; got null'),
        ({"problem": "It diverged."}, '"validation_loss" in .* must be null'),
        ({"seconds": "long"}, '"seconds" in .* must be a number'),
        ({"best_epoch": -1}, "at least 0; got -1"),
        ({"curves": {}}, "must have the keys"),
        ({"extra": 1}, "must have the keys"),
    ],
)
def test_line_that_cannot_be_is_refused(
    changes: dict[str, object], sentence: str, plan: SearchPlan, new_journal: NewJournal
) -> None:
    journal = filled(new_journal(plan), result(3))
    head, line = journal.path.read_text("utf-8").splitlines()
    journal.path.write_text(f"{head}\n{json.dumps(json.loads(line) | changes)}\n", "utf-8")
    with pytest.raises(FileFormatError, match=sentence):
        Journal.open(journal.path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": "nnapp search 2"}, '"format" in line 1 of .* must be "nnapp search 1"'),
        ({"plan": 3}, '"plan" in line 1 of .* must be an object'),
        ({"data": {}}, '"data" in line 1 of .* must have the keys'),
    ],
)
def test_head_that_cannot_be_is_refused(
    changes: dict[str, object], sentence: str, plan: SearchPlan, new_journal: NewJournal
) -> None:
    journal = new_journal(plan)
    journal.path.write_text(json.dumps(json.loads(journal.path.read_text("utf-8")) | changes) + "\n", "utf-8")
    with pytest.raises(FileFormatError, match=sentence):
        Journal.open(journal.path)


def test_of_two_lines_of_one_run_the_first_counts(plan: SearchPlan, new_journal: NewJournal) -> None:
    journal = filled(new_journal(plan), result(3), replace(result(3), seconds=9.0))
    assert Journal.open(journal.path).results == {(3, 0): result(3)}


def test_new_search_overwrites_nothing(plan: SearchPlan, new_journal: NewJournal) -> None:
    journal = filled(new_journal(plan), result(1))
    with pytest.raises(ExistingFilesError, match="is there already"):
        new_journal(plan)
    assert Journal.open(journal.path).results


def test_of_two_programs_that_want_one_name_the_second_is_refused(
    plan: SearchPlan, new_journal: NewJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes while the first writes its head."""
    writer = journal_module.atomic_writer

    @contextmanager
    def writer_who_is_slow(path: Path) -> Iterator[BinaryIO]:
        monkeypatch.setattr(journal_module, "atomic_writer", writer)
        with pytest.raises(ExistingFilesError):
            new_journal(replace(plan, repeats=3))
        with writer(path) as stream:
            yield stream

    monkeypatch.setattr(journal_module, "atomic_writer", writer_who_is_slow)
    assert new_journal(plan).plan == plan


def test_journal_that_cannot_be_written_leaves_nothing(
    plan: SearchPlan, new_journal: NewJournal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(stream: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="the disk is full"):
            new_journal(plan)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StorageError, match=r"the folder .* does not exist"):
        new_journal(plan, "none/search.jsonl")


def test_only_one_program_writes(plan: SearchPlan, new_journal: NewJournal) -> None:
    journal = new_journal(plan)
    program = (
        "import sys; from nnapp.search.journal import Journal; from nnapp.errors import StorageError\n"
        "try:\n    with Journal.open(sys.argv[1]).writing(): print('wrote')\n"
        "except StorageError as error: print(error)"
    )
    command = [sys.executable, "-c", program, str(journal.path)]
    with journal.writing():
        held = subprocess.run(command, capture_output=True, text=True, check=True)
    free = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "another program is writing to it" in held.stdout
    assert free.stdout == "wrote\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")
def test_file_system_without_locks_is_told(
    plan: SearchPlan, new_journal: NewJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(stream: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    journal = new_journal(plan)
    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.raises(StorageError, match="it cannot be locked, No locks available"), journal.writing():
        pass


def test_results_of_another_program_are_not_lost(plan: SearchPlan, new_journal: NewJournal) -> None:
    """Between opening a journal and going on with it another program may have gone on."""
    journal = new_journal(plan)
    other = Journal.open(journal.path)
    filled(other, result(1))
    with journal.writing():
        assert journal.results == {(1, 0): result(1)}
        journal.append(result(2), b"")
    assert Journal.open(journal.path).results.keys() == {(1, 0), (2, 0)}


def test_line_that_does_not_fit_on_the_disk_is_taken_back(
    plan: SearchPlan, new_journal: NewJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = filled(new_journal(plan), result(1))
    before = journal.path.read_bytes()
    write = os.write

    def write_a_little(stream: int, data: memoryview) -> int:
        if stream > 2:
            monkeypatch.setattr(os, "write", full)
        return write(stream, data[:20])

    def full(stream: int, data: memoryview) -> int:
        raise OSError(28, "No space left on device")

    with journal.writing():
        monkeypatch.setattr(os, "write", write_a_little)
        with pytest.raises(StorageError, match="the disk is full"):
            journal.append(result(2), b"")
    monkeypatch.undo()
    assert journal.path.read_bytes() == before
    assert journal.results.keys() == {(1, 0)}


def test_states_come_and_go(halving_plan: SearchPlan, new_journal: NewJournal) -> None:
    journal = new_journal(halving_plan)
    with journal.writing():
        journal.append(result(1), b"network", b"state")
        assert journal.read_state(1, 0) == b"state"
        assert journal.read_state(1, 1) == journal.read_state(2, 0) == b""
        journal.forget_state(1, 0)
        journal.forget_state(1, 0)
        assert journal.read_state(1, 0) == b""


def test_results_need_a_journal_that_is_being_written(plan: SearchPlan, new_journal: NewJournal) -> None:
    with pytest.raises(RuntimeError, match="writing"):
        new_journal(plan).append(result(1), b"")
