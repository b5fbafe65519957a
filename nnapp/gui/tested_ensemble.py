"""Several networks that a testing window asks together. Shows nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnapp.engine.arrays import FloatArray
from nnapp.engine.ensembles import mean_probabilities
from nnapp.storage.ensemble_members import ensemble_of, pictures_of
from nnapp.storage.network_file import StoredNetwork

__all__ = ["EnsembleAnswer", "MemberAnswer", "TestedEnsemble"]


@dataclass(frozen=True)
class MemberAnswer:
    """What one network of an ensemble makes of an image.

    Attributes
    ----------
    name : str
        Of its file.
    digit : int
        The class with its largest output.
    probability : float
        Of that class, 0…1.
    """

    name: str
    digit: int
    probability: float


@dataclass(frozen=True, eq=False)
class EnsembleAnswer:
    """What an ensemble makes of one image.

    Attributes
    ----------
    probabilities : array (n_classes,)
        The mean of the members'.
    digit : int
        The most probable class.
    members : tuple of MemberAnswer
    """

    probabilities: FloatArray
    digit: int
    members: tuple[MemberAnswer, ...]


class TestedEnsemble:
    """Networks whose probabilities are averaged, with the files they are from.

    Parameters
    ----------
    paths : sequence of path-like
    members : sequence of StoredNetwork
        One for each path, at least two.

    Attributes
    ----------
    paths : tuple of str
    members : tuple of StoredNetwork
    names : tuple of str
        File names, with their folders where two are the same.
    networks : Ensemble

    Raises
    ------
    NetworkError
        If they cannot answer together, see `ensemble_of`.
    """

    __test__ = False  # no test, whatever its name begins with

    def __init__(self, paths: Sequence[str | os.PathLike[str]], members: Sequence[StoredNetwork]) -> None:
        self.paths = tuple(os.fspath(path) for path in paths)
        self.members = tuple(members)
        names = [Path(path).name for path in self.paths]
        self.names = tuple(
            name if names.count(name) == 1 else str(Path(Path(path).parent.name, name))
            for path, name in zip(self.paths, names, strict=True)
        )
        self.networks = ensemble_of(list(zip(self.names, self.members, strict=True)))

    @property
    def pictures(self) -> str:
        """How pictures become images, as `NetworkMetadata.pictures` of the members that know."""
        return pictures_of(self.members)

    def answer(self, image: NDArray[np.float32]) -> EnsembleAnswer:
        """Return what the members make of an image (height, width) of 0…1, together and each."""
        inputs = image[np.newaxis]
        found = [member.predict_proba(inputs)[0] for member in self.members]
        digits = [int(member.network.predict(inputs)[0]) for member in self.members]
        together = mean_probabilities(found)
        answers = [
            MemberAnswer(name, digit, float(probabilities[digit]))
            for name, digit, probabilities in zip(self.names, digits, found, strict=True)
        ]
        return EnsembleAnswer(together, int(together.argmax()), tuple(answers))
