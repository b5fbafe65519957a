"""What goes wrong inside a damaged archive is one sentence; what the system says is not."""

from __future__ import annotations

import errno
import zipfile
import zlib

import pytest

from nnapp.errors import FileFormatError, NetworkError
from nnapp.storage.zip_damage import zip_damage_told


@pytest.mark.parametrize(
    "error",
    [
        zipfile.BadZipFile("Bad CRC-32"), EOFError(), NotImplementedError("compression type 97"),
        RuntimeError("File is encrypted"), ValueError("negative seek"), zlib.error("invalid block"),
        OSError(errno.EINVAL, "Invalid argument"),
    ],
)  # fmt: skip
def test_damage(error: Exception) -> None:
    with pytest.raises(FileFormatError) as caught, zip_damage_told("a.npz"):
        raise error
    assert str(caught.value) == f"a.npz must be an undamaged .npz file; got one that fails with: {error}."
    with pytest.raises(FileFormatError, match=r"undamaged PyTorch file"), zip_damage_told("a.pt", "PyTorch file"):
        raise error


def test_names_of_any_length_are_cut() -> None:
    with pytest.raises(FileFormatError) as caught, zip_damage_told("a.npz"):
        raise zipfile.BadZipFile("x" * 1000)
    assert str(caught.value).endswith(f"with: {'x' * 120}.")


@pytest.mark.parametrize("error", [OSError(errno.EIO, "I/O error"), NetworkError("A sentence."), KeyError("a bug")])
def test_what_is_no_damage_passes(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, zip_damage_told("a.npz"):
        raise error
    assert caught.value is error
