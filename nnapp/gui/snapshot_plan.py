"""Shows nothing: when a network is saved while it trains, and under which names."""

from __future__ import annotations

from dataclasses import dataclass

from nnapp.storage.trained_networks import snapshot_path

__all__ = ["SnapshotPlan"]


@dataclass(frozen=True)
class SnapshotPlan:
    """After which epochs of a run the network is saved, and under which name.

    Attributes
    ----------
    base : str
        Path that the file names are made from.
    epochs : tuple of int
    """

    base: str
    epochs: tuple[int, ...]

    @property
    def paths(self) -> list[str]:
        """The files that will be written, in order."""
        return [snapshot_path(self.base, epoch) for epoch in self.epochs]
