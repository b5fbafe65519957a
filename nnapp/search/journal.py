"""The journal of a search: a file that survives whatever ends the program, and the networks beside it.

Specification
-------------
``NAME.jsonl`` is JSON Lines (https://jsonlines.org) in UTF-8: one object in each line, which ends with a line feed and
keeps the rules of `strict_json`.

The **first line** has the keys ``format`` ("nnapp search 1"), ``nnapp`` (the version that wrote it), ``plan`` (as
`plan_json` describes it, with nothing left out) and ``data`` (see `DataFacts`: name, fingerprint, classes, and what
loads it again).

**Every other line** is the result of a run at the end of a rung: the fields of `RunResult` by name, with ``curves`` as
an object of three lists with a number for each epoch, and ``values``, those of the configuration, which repeat what the
plan says so that other programs can read a line by itself. Lines stand in the order in which results came.

A line is appended at once and synchronised with the disk (fsync) before the search goes on, and a journal is never
rewritten. So only its last line can ever be damaged; it is if it lacks its line feed or is no JSON. A reader
ignores such a line, and a search that goes on removes it and does its run again. Of two lines of one run and rung the
first counts.

Beside it, in the folder ``NAME.networks``, lie the network of each run as a network file, ``run-0001.nn``, and while
successive halving may still go on with a run, ``run-0001.rung-0.run.npz``: what it continues from at the end of that
rung (see `nnapp.storage.run_file`). Both are written before the line. If the second is missing, the run is trained from
its beginning, to the same result.

One program at a time goes on with a journal, which it locks; any number may read it meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nnapp.errors import ExistingFilesError, FileFormatError, StorageError
from nnapp.search.data_facts import DataFacts
from nnapp.search.file_lock import lock
from nnapp.search.journal_lines import header_line, read_header, read_result, result_line
from nnapp.search.plan import SearchPlan
from nnapp.search.results import RunResult
from nnapp.storage.files import (
    atomic_writer,
    check_ordinary,
    check_writable,
    describe_os_error,
    make_folder,
    open_for_reading,
)
from nnapp.storage.strict_json import decode_json_object

__all__ = ["JOURNAL_ENDING", "Journal"]

JOURNAL_ENDING = ".jsonl"
"""Of the files' names, by default."""


class Journal:
    """A search as it stands on disk. Made by `create` and `open`.

    Attributes
    ----------
    path : Path
    plan : SearchPlan
    data : DataFacts
    results : dict of (int, int) to RunResult
        By run and rung.
    note : str
        A sentence about a half-written last line, "" if there is none.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.results: dict[tuple[int, int], RunResult] = {}
        self.note = ""
        self._stream: int | None = None
        self._read()

    @classmethod
    def create(cls, path: str | os.PathLike[str], plan: SearchPlan, data: DataFacts) -> Journal:
        """Write the journal of a search that has not begun.

        Raises
        ------
        ExistingFilesError
            If there is a file of this name already.
        StorageError
            If the file cannot be written.
        """
        line = header_line(plan, data)
        with _new_file(path), atomic_writer(path) as stream:
            stream.write(line)
        return cls(path)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Journal:
        """Read a journal; nothing is changed.

        Raises
        ------
        FileFormatError, SettingError
            If a line other than a half-written last one breaks the specification.
        StorageError
            If the file cannot be read.
        """
        return cls(path)

    @property
    def networks_folder(self) -> Path:
        """Where the networks lie; the folder is made for the first of them."""
        return self.path.with_name(self.path.name.removesuffix(JOURNAL_ENDING) + ".networks")

    def network_path(self, run: int) -> Path:
        """Return where the network of a run is, or will be; a run that came to nothing has none."""
        return self.networks_folder / f"run-{run:04}.nn"

    def values_of(self, result: RunResult) -> dict[str, Any]:
        """Return the values of a result's configuration, by setting."""
        return self._configurations[result.configuration - 1].values

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Go on with the search inside the ``with`` block: lock the file, and remove what was half written.

        Raises
        ------
        StorageError
            If another program is at it, or the file cannot be written.
        """
        try:
            self._stream = os.open(self.path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise self._problem(error) from error
        try:
            lock(self._stream, self.path)
            self._read()  # another program may have gone on since
            os.ftruncate(self._stream, self._n_bytes)
            make_folder(self.networks_folder)
            for unfinished in self.networks_folder.glob(".run-*.part"):  # of a program that was killed
                with suppress(OSError):
                    unfinished.unlink()
            yield
        finally:
            os.close(self._stream)
            self._stream = None

    def append(self, result: RunResult, network: bytes, state: bytes = b"") -> None:
        """Record a result for good; to be called inside `writing`.

        Parameters
        ----------
        result : RunResult
        network : bytes
            Of its network file; empty if it has none.
        state : bytes
            Of the file that the run can be continued from; empty if it will not be.

        Raises
        ------
        StorageError
            If it cannot be written. The journal is then what it was before.
        """
        if self._stream is None:
            raise RuntimeError("A journal takes results only while `writing`.")
        files = {self.network_path(result.run): network, self._state_path(result.run, result.rung): state}
        for path, content in files.items():
            if content:
                with atomic_writer(path) as file:
                    file.write(content)
        self._append_line(self._stream, result_line(result, self.values_of(result)))
        self.results[result.run, result.rung] = result

    def read_state(self, run: int, rung: int) -> bytes:
        """Return what a run can be continued from that has come to the end of a rung; empty if that is not there."""
        try:
            return self._state_path(run, rung).read_bytes()
        except OSError:
            return b""

    def forget_state(self, run: int, rung: int) -> None:
        """Remove what `read_state` returns, which nobody will ask for again."""
        with suppress(OSError):
            self._state_path(run, rung).unlink()

    def _state_path(self, run: int, rung: int) -> Path:
        return self.networks_folder / f"run-{run:04}.rung-{rung}.run.npz"

    def _append_line(self, stream: int, line: bytes) -> None:
        try:
            os.lseek(stream, self._n_bytes, os.SEEK_SET)
            left = memoryview(line)
            while left:
                left = left[os.write(stream, left) :]
            os.fsync(stream)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(stream, self._n_bytes)
            raise self._problem(error) from error
        self._n_bytes += len(line)

    def _read(self) -> None:
        check_ordinary(self.path)
        with open_for_reading(self.path) as stream:
            content = stream.read()
        *lines, rest = content.split(b"\n")
        if not lines:
            raise FileFormatError(f"{self.path} must begin with a line of a journal; got none that is complete.")
        if not rest and len(lines) > 1 and not _is_json(lines[-1]):
            # The parts of a line reach the disk in any order: its end may be there without what is before it.
            rest = lines.pop() + b"\n"
        self.plan, self.data = read_header(lines[0], f"line 1 of {self.path}")
        self._configurations = self.plan.configurations()
        self.results = {}
        for number, line in enumerate(lines[1:], 2):
            result = read_result(line, self.plan, self._configurations, f"line {number:,} of {self.path}")
            self.results.setdefault((result.run, result.rung), result)
        self._n_bytes = len(content) - len(rest)
        self.note = (
            f"The last line of {self.path} was only half written when the search ended; its run is done again."
            if rest
            else ""
        )

    def _problem(self, error: OSError) -> StorageError:
        return StorageError(f"Cannot write {self.path}: {describe_os_error(error)}.")


@contextmanager
def _new_file(path: str | os.PathLike[str]) -> Iterator[None]:
    """Take a name that no file has, so that of two programs that want it one is refused; remove it again on failure."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    except FileExistsError as error:
        raise ExistingFilesError(
            f"A new search must have a file of its own; {os.fspath(path)} is there already."
        ) from error
    except OSError as error:
        check_writable(path)  # which tells the reason
        raise StorageError(f"Cannot write {os.fspath(path)}: {describe_os_error(error)}.") from error
    try:
        yield
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise


def _is_json(line: bytes) -> bool:
    try:
        decode_json_object(line, "")
    except FileFormatError:
        return False
    return True
