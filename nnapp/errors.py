"""Every error nnapp raises on purpose.

The message of each is one sentence a person can act on: "*subject* must be *allowed*; got *actual*".
The command line prints it and exits with code 1, the windows show it; anything that is not an
`NnappError` is a bug and keeps its traceback.
"""

from __future__ import annotations

__all__ = [
    "DataError",
    "DivergenceError",
    "ExecutorError",
    "ExistingFilesError",
    "FileFormatError",
    "MissingAnswerError",
    "NetworkError",
    "NnappError",
    "SettingError",
    "StorageError",
]


class NnappError(Exception):
    """Base of all expected problems."""


class SettingError(NnappError, ValueError):
    """A setting is outside its limits, or two settings contradict each other.

    Parameters
    ----------
    message : str
        The sentence to show.
    setting : str, optional
        Name of the setting at fault, so that a window can show the sentence beside its field.
    """

    def __init__(self, message: str, setting: str | None = None) -> None:
        super().__init__(message)
        self.setting = setting


class NetworkError(NnappError, ValueError):
    """A network cannot be built as asked, or does not fit the data it is given."""


class MissingAnswerError(NetworkError):
    """The file of a network leaves something out that a person has to say.

    Parameters
    ----------
    message : str
        The sentence to show.
    names : tuple of str
        What has to be said: ``activation``, ``output``, ``input_scaling``.
    """

    def __init__(self, message: str, names: tuple[str, ...]) -> None:
        super().__init__(message)
        self.names = names


class DataError(NnappError, ValueError):
    """A data set is missing, incomplete or contradicts itself."""


class FileFormatError(NnappError, ValueError):
    """The bytes of a file break the rules of its format."""


class StorageError(NnappError):
    """A file or folder cannot be read or written: missing, no permission, disk full."""


class ExistingFilesError(StorageError):
    """Files of the names that are to be written are there already."""


class ExecutorError(NnappError):
    """The workers that a search was given cannot do its runs."""


class DivergenceError(NnappError, ArithmeticError):
    """The loss or a weight stopped being a finite number during training.

    Parameters
    ----------
    epoch, batch : int
        Where it was noticed, both counted from 1.
    learning_rate : float
        The learning rate in force there.
    """

    def __init__(self, epoch: int, batch: int, learning_rate: float) -> None:
        super().__init__(
            f"Training diverged: the loss or a weight is no longer a finite number in epoch {epoch}, "
            f"batch {batch}, at learning rate {learning_rate:g}; try a smaller learning rate. "
            "The last good weights are kept."
        )
        self.epoch = epoch
        self.batch = batch
        self.learning_rate = learning_rate
