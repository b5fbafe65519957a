"""The unfinished file of a download survives, belongs to one program, and becomes the target only if it is right."""

from __future__ import annotations

import errno
import gzip
import os
from io import FileIO
from pathlib import Path

import pytest
from support.published import CONTENTS, FIRST, SENT, published_at

from nnapp.errors import StorageError
from nnapp.storage import part_file
from nnapp.storage.content_check import ContentError
from nnapp.storage.part_file import PartFile, part_path

FILE = published_at().files[0]
PART = f"{FIRST}.part"


def test_what_has_arrived_is_kept(tmp_path: Path) -> None:
    part = PartFile(tmp_path / FIRST)
    assert part.path == part_path(tmp_path / FIRST) == tmp_path / PART
    part.append(b"abc")
    part.append(b"de")
    part.close()
    part.close()  # without effect
    assert (tmp_path / PART).read_bytes() == b"abcde"
    part = PartFile(tmp_path / FIRST)
    assert part.n_bytes == 5
    part.append(b"f")
    part.close()
    assert (tmp_path / PART).read_bytes() == b"abcdef"


def test_nothing_leaves_no_file(tmp_path: Path) -> None:
    part = PartFile(tmp_path / FIRST)
    part.append(b"abc")
    part.empty()
    assert part.n_bytes == 0
    part.close()
    assert os.listdir(tmp_path) == []


def test_put_in_place(tmp_path: Path) -> None:
    part = PartFile(tmp_path / FIRST)
    part.append(SENT[FIRST])
    list(part.placing(FILE))
    part.remove()
    assert os.listdir(tmp_path) == [FIRST]
    assert (tmp_path / FIRST).read_bytes() == SENT[FIRST]


@pytest.mark.parametrize("content", [SENT[FIRST][:-1], gzip.compress(CONTENTS[1]), b"no gzip file"])
def test_what_is_not_right_is_not_put_in_place(tmp_path: Path, content: bytes) -> None:
    part = PartFile(tmp_path / FIRST)
    part.append(content)
    with pytest.raises(ContentError):
        list(part.placing(FILE))
    part.close()
    assert os.listdir(tmp_path) == [PART]


def test_second_program_writes_to_a_file_of_its_own(tmp_path: Path) -> None:
    first, second = PartFile(tmp_path / FIRST), PartFile(tmp_path / FIRST)
    assert (first.is_resumable, second.is_resumable) == (True, False)
    first.append(b"first")
    second.append(b"second")
    assert second.path.read_bytes() == b"second"
    second.close()
    first.close()
    assert os.listdir(tmp_path) == [PART]
    assert (tmp_path / PART).read_bytes() == b"first"


def test_deleted_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Between opening and locking, the other program finishes and deletes it: what is locked is no longer there.
    real_lock = part_file._lock
    calls = []

    def lock(stream: FileIO) -> bool:
        if not calls:
            (tmp_path / PART).unlink()
        calls.append(stream)
        return real_lock(stream)

    monkeypatch.setattr(part_file, "_lock", lock)
    part = PartFile(tmp_path / FIRST)
    part.append(b"abc")
    part.close()
    assert len(calls) == 2
    assert (tmp_path / PART).read_bytes() == b"abc"


@pytest.mark.skipif(os.name == "nt", reason="Windows locks otherwise")
def test_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", fail)
    part = PartFile(tmp_path / FIRST)
    assert part.is_resumable
    part.close()


def test_full_disk_keeps_what_there_was_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(FileIO):
        def write(self, data: memoryview) -> int:
            room = 1_000 - os.fstat(self.fileno()).st_size
            if room == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data[:room])  # as the system does, as much as there is room for

    monkeypatch.setattr(part_file, "FileIO", FullDisk)
    part = PartFile(tmp_path / FIRST)
    with pytest.raises(StorageError) as caught:
        part.append(bytes(5_000))
    part.close()
    assert str(caught.value) == f"Cannot write {tmp_path / PART}: the disk is full."
    assert (tmp_path / PART).read_bytes() == bytes(1_000)


def test_folder_without_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> FileIO:  # rights do not apply to every account
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(part_file, "FileIO", refuse)
    with pytest.raises(StorageError) as caught:
        PartFile(tmp_path / FIRST)
    assert str(caught.value) == f"Cannot write {tmp_path / PART}: permission is denied."


def test_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / PART).mkdir()
    with pytest.raises(StorageError, match="it is a folder, not a file"):
        PartFile(tmp_path / FIRST)
