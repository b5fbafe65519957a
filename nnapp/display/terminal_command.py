"""The command that does on a terminal what was done in a window."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from nnapp.display.wording import option_name
from nnapp.engine.settings import SETTINGS, Settings

__all__ = ["train_command"]

_IN_NETWORK_FILE = ("hidden", "activation", "output", "initializer")


def train_command(
    settings: Settings,
    data_options: Sequence[str],
    *,
    network: str | None = None,
    save: str | None = None,
    save_at: Sequence[int] = (),
) -> str:
    """Return the ``nnapp train`` command that makes the same network as a run, bit for bit.

    Parameters
    ----------
    settings : Settings
        Of the run; those that are the defaults are left out.
    data_options : sequence of str
        The words that name its data set, such as "--data", "mnist".
    network : str, optional
        File of the network that is trained further.
    save : str, optional
        Where the network is saved.
    save_at : sequence of int
        Epochs after which it is saved as well.
    """
    defaults = Settings()
    words = ["nnapp", "train", *([network] if network is not None else []), *data_options]
    for name, setting in SETTINGS.items():
        value = getattr(settings, name)
        # The loss is always said with a network's file, whose own would take the place of the default.
        is_said = value != getattr(defaults, name) or (network is not None and name == "loss")
        if is_said and not (network is not None and name in _IN_NETWORK_FILE):
            words += [option_name(name), setting.format(value).replace(", ", ",")]
    if save_at:
        words += ["--save-at", ",".join(map(str, save_at))]
    if save is not None:
        words += ["--save", save]
    return shlex.join(words)
