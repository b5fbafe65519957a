"""Files are replaced whole or not at all, and every failure is one sentence."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from nnapp.errors import StorageError
from nnapp.storage import files
from nnapp.storage.files import atomic_writer, describe_os_error, make_folder, open_for_reading

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes, devices or unprivileged links")


def refuse(number: int) -> Any:
    """Return a function that fails as the operating system does with this error number."""

    def fail(*_args: object, **_keywords: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def write(path: Path, content: bytes) -> None:
    with atomic_writer(path) as stream:
        stream.write(content)


def test_the_old_file_is_seen_until_the_new_one_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "network.nn"
    target.write_bytes(b"old")
    with atomic_writer(target) as stream:
        stream.write(b"new")
        stream.flush()
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["network.nn"]


def test_the_temporary_file_is_in_the_same_folder(tmp_path: Path) -> None:
    with atomic_writer(tmp_path / "network.nn") as stream:
        stream.write(b"new")
        [temporary] = os.listdir(tmp_path)
        assert temporary.endswith(".part")


@pytest.mark.parametrize("failure", [ValueError("not to be saved"), KeyboardInterrupt(), StorageError("inner")])
def test_failure_in_the_block_keeps_the_old_file_and_passes_through(tmp_path: Path, failure: BaseException) -> None:
    target = tmp_path / "network.nn"
    target.write_bytes(b"old")

    def write_half() -> None:
        with atomic_writer(target) as stream:
            stream.write(b"half of the new")
            raise failure

    with pytest.raises(type(failure)) as caught:
        write_half()
    assert caught.value is failure
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["network.nn"]


@pytest.mark.parametrize(
    ("step", "number", "reason"),
    [
        ("fsync", errno.ENOSPC, "the disk is full"),
        ("fsync", errno.EDQUOT, "the disk quota is used up"),
        ("replace", errno.EACCES, "permission is denied"),
        ("replace", errno.EROFS, "the file system is read-only"),
    ],
)
def test_failure_of_the_system_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, reason: str
) -> None:
    target = tmp_path / "network.nn"
    target.write_bytes(b"old")
    monkeypatch.setattr(files.os, step, refuse(number))
    with pytest.raises(StorageError) as caught:
        write(target, b"new")
    assert str(caught.value) == f"Cannot write {target}: {reason}."
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["network.nn"]


def test_unwritable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The tests may run as root, whom no mode of a folder stops.
    monkeypatch.setattr("builtins.open", refuse(errno.EACCES))
    with pytest.raises(StorageError, match=r"^Cannot write .*network\.nn: permission is denied\.$"):
        write(tmp_path / "network.nn", b"new")
    assert os.listdir(tmp_path) == []


def test_write_protected_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "network.nn"
    target.write_bytes(b"old")
    monkeypatch.setattr(files.os, "access", lambda path, mode: False)
    with pytest.raises(StorageError, match="permission is denied"):
        write(target, b"new")
    assert target.read_bytes() == b"old"


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        write(tmp_path / "nowhere" / "network.nn", b"new")
    reason = f"the folder {tmp_path / 'nowhere'} does not exist"
    assert str(caught.value) == f"Cannot write {tmp_path / 'nowhere' / 'network.nn'}: {reason}."


def test_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="a part of its path is a file, not a folder"):
        write(tmp_path / "file" / "network.nn", b"new")


def test_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        write(tmp_path, b"new")
    assert str(caught.value) == f"Cannot write {tmp_path}: it is a folder, not a file."
    with pytest.raises(StorageError) as caught, open_for_reading(tmp_path):
        pass
    assert str(caught.value) == f"Cannot read {tmp_path}: it is a folder, not a file."


def test_name_too_long(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="its name is too long"):
        write(tmp_path / ("n" * 300), b"new")
    assert os.listdir(tmp_path) == []


@posix_only
def test_long_name_that_is_allowed(tmp_path: Path) -> None:
    # 85 × 3 bytes of UTF-8 are the 255 a name may have; the temporary file's must not be longer.
    target = tmp_path / ("名" * 85)
    write(target, b"new")
    assert target.read_bytes() == b"new"


@posix_only
def test_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "network.nn"
    target.write_bytes(b"old")
    link = tmp_path / "link.nn"
    link.symlink_to(target)
    write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@posix_only
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_mode_of_a_replaced_file_is_kept(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "network.nn"
    target.write_bytes(b"old")
    target.chmod(mode)
    write(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == mode


@posix_only
def test_mode_of_a_new_file_follows_the_umask(tmp_path: Path) -> None:
    old_umask = os.umask(0o027)
    try:
        write(tmp_path / "network.nn", b"new")
    finally:
        os.umask(old_umask)
    # 0666 without the bits of 0027.
    assert stat.S_IMODE((tmp_path / "network.nn").stat().st_mode) == 0o640


@posix_only
def test_pipe_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    # A pipe of the test's own, never a device of the machine: as root, a faulty writer would replace that.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe, b"new")
        assert os.read(reader, 100) == b"new"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert os.listdir(tmp_path) == ["pipe"]


def test_disk_that_is_full_while_writing(tmp_path: Path) -> None:
    target = tmp_path / "network.nn"
    target.write_bytes(b"old")

    def write_half() -> None:
        with atomic_writer(target) as stream:
            stream.write(b"half of the new")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(StorageError, match="the disk is full"):
        write_half()
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["network.nn"]


def test_reading(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    with open_for_reading(tmp_path / "file") as stream:
        assert stream.read() == b"content"
    with pytest.raises(StorageError) as caught, open_for_reading(tmp_path / "missing"):
        pass
    assert str(caught.value) == f"Cannot read {tmp_path / 'missing'}: it does not exist."


def test_failure_while_reading(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    with pytest.raises(StorageError) as caught, open_for_reading(tmp_path / "file"):
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    assert str(caught.value) == f"Cannot read {tmp_path / 'file'}: {os.strerror(errno.EIO)}."


def test_make_folder(tmp_path: Path) -> None:
    make_folder(tmp_path / "one" / "two")
    make_folder(tmp_path / "one" / "two")
    assert (tmp_path / "one" / "two").is_dir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError) as caught:
        make_folder(tmp_path / "file")
    assert str(caught.value) == f"Cannot create the folder {tmp_path / 'file'}: a file of that name is in the way."


def test_error_without_a_known_number() -> None:
    assert describe_os_error(OSError("the cable is out")) == "the cable is out"


def test_a_file_that_can_be_made_again_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr("nnapp.storage.files.os.fsync", synced.append)
    with atomic_writer(tmp_path / "a", is_durable=False) as stream:
        stream.write(b"1")
        assert not (tmp_path / "a").exists()
    assert ((tmp_path / "a").read_bytes(), synced) == (b"1", [])
    with atomic_writer(tmp_path / "a") as stream:
        stream.write(b"2")
    assert len(synced) >= 1


def test_stopped_right_after_the_temporary_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before anything else is done: what is left goes when the program ends."""
    really_open = open

    def stopped(*arguments: Any) -> None:
        really_open(*arguments).close()
        raise KeyboardInterrupt

    with monkeypatch.context() as patches:
        patches.setattr("builtins.open", stopped)
        with pytest.raises(KeyboardInterrupt), atomic_writer(tmp_path / "a"):
            pass
    files._remove_unfinished()
    assert os.listdir(tmp_path) == []
