"""Shows the testing window with a network of the training window, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from nnapp.engine.network import Network
from nnapp.errors import StorageError
from nnapp.storage.dataset import DataChoice
from nnapp.storage.files import describe_os_error
from nnapp.storage.network_file import write_network
from nnapp.storage.network_metadata import NetworkMetadata

__all__ = ["open_testing_window"]

_START = "import sys; from nnapp.launchers import testing; sys.exit(testing())"


def open_testing_window(
    network: Network,
    metadata: NetworkMetadata,
    name: str,
    data: DataChoice,
    split: str,
    index: int | None,
) -> None:
    """Open the testing window with a copy of the network as it is now. Tk thread only.

    Parameters
    ----------
    network : Network
        Need not be saved.
    metadata : NetworkMetadata
    name : str
        File name of the network, for the window's title.
    data : DataChoice
        What loads the data set, see `Dataset.choice`.
    split : {"test", "train"}
        Where the image to show is from.
    index : int, optional
        Place of the image in it; the first if left out.

    Raises
    ------
    StorageError
        If the copy cannot be written, or no process started.
    """
    try:
        folder = tempfile.mkdtemp(prefix="nnapp-")
        path = Path(folder, f"{Path(name).stem or 'untitled'}.nn")
        write_network(path, network, metadata)
        arguments = [str(path), "--temporary", *data.command_options(), "--split", split]
        if index is not None:
            arguments += ["--index", str(index)]
        # Without its streams, so that it outlives this window and its terminal.
        subprocess.Popen(
            [sys.executable, "-c", _START, *arguments],
            env=os.environ | {"PYTHONPATH": _python_path()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise StorageError(
            f"Cannot open the testing window with {error.filename or sys.executable}: {describe_os_error(error)}."
        ) from error


def _python_path() -> str:
    """Return where the other process finds this package first, whether or not it is installed."""
    own = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(filter(None, (own, os.environ.get("PYTHONPATH"))))
