"""Shows nothing: what the parameters of the training window come to, in lines for below them."""

from __future__ import annotations

from itertools import pairwise

from nnapp.display.wording import counted, structure, time_taken
from nnapp.engine.settings import Settings
from nnapp.gui.training_session import TrainingSession

__all__ = ["structure_lines"]


def structure_lines(session: TrainingSession, settings: Settings, seconds_per_epoch: float | None) -> list[str]:
    """Return which network the settings describe, which one is there if it is another, and how long a run takes.

    Parameters
    ----------
    session : TrainingSession
    settings : Settings
    seconds_per_epoch : float or None
        Of the network that is there, as far as that is known.
    """
    dataset = session.dataset
    n_inputs, n_outputs = (784, 10) if dataset is None else (dataset.n_pixels, dataset.n_classes)
    sizes = (n_inputs, *settings.hidden, n_outputs)
    n_parameters = sum((before + 1) * after for before, after in pairwise(sizes))
    lines = [structure(sizes, n_parameters, 1 + 2 * len(sizes) + 4 * n_parameters)]
    is_other = session.describes_other_network(settings) or session.misfit
    if session.network is not None and is_other:
        present = "-".join(map(str, session.network.layer_sizes))
        lines.append(f"The network is still {present}: Initialise for this one.")
    if seconds_per_epoch is not None:
        time = time_taken(seconds_per_epoch * settings.epochs)
        about = "" if time.startswith("less") else "about "
        lines.append(f"{about}{time} for {counted(settings.epochs, 'epoch')}")
    return lines
