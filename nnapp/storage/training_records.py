"""What a network file says about its training, as the engine's own objects again."""

from __future__ import annotations

from math import inf, nan
from typing import Any

from nnapp.engine.losses import default_loss
from nnapp.engine.network import Network
from nnapp.engine.reports import EpochReport
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.errors import SettingError
from nnapp.storage.network_metadata import NetworkMetadata

__all__ = ["recorded_history", "recorded_settings"]


def recorded_settings(network: Network, metadata: NetworkMetadata, otherwise: Settings | None = None) -> Settings:
    """Return the settings by which a network was trained, as far as its file says them and they still fit.

    What the network is (its layers, activations and loss) comes from the network itself.

    Parameters
    ----------
    network : Network
    metadata : NetworkMetadata
    otherwise : Settings, optional
        For the rest where the file says nothing of a training, as one of another program; by default the defaults.
    """
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in metadata.training.items()
        if name in SETTINGS
    }
    try:
        settings = Settings(**known) if known else otherwise or Settings()
    except SettingError:  # of a version of the program with other limits
        settings = Settings()
    names = network.activation_names
    return settings.but(
        hidden=network.layer_sizes[1:-1],
        activation=names[0] if len(names) > 1 else settings.activation,
        output=names[-1],
        loss=metadata.loss or default_loss(names[-1]),
    )


def recorded_history(metadata: NetworkMetadata) -> list[EpochReport]:
    """Return the epochs that a network's file tells of; how long they took is not known and is 0."""
    reports: list[EpochReport] = []
    lowest = (inf, inf)
    for record in metadata.history:
        loss, error = record.get("validation_loss"), record.get("validation_error")
        is_best = False
        if loss is not None and error is not None and (error, loss) < lowest:
            is_best, lowest = True, (error, loss)
        reports.append(
            EpochReport(
                epoch=record["epoch"],
                n_epochs=metadata.history[-1]["epoch"],
                training_loss=_number(record.get("training_loss")),
                validation_loss=loss,
                validation_error=error,
                learning_rate=_number(record.get("learning_rate")),
                is_best=is_best,
                seconds=0.0,
                images_per_second=0.0,
            )
        )
    return reports


def _number(value: float | None) -> float:
    return nan if value is None else value
