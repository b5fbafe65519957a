"""Which networks can answer together, and the sentence where they cannot."""

from __future__ import annotations

import numpy as np
import pytest

from nnapp.engine import Network
from nnapp.errors import NetworkError
from nnapp.storage.ensemble_members import ensemble_of
from nnapp.storage.network_file import StoredNetwork
from nnapp.storage.network_metadata import NetworkMetadata


def stored(n_inputs: int = 12, **metadata: object) -> StoredNetwork:
    network = Network.dense([n_inputs, 3], rng=np.random.default_rng(0))
    return StoredNetwork(network, NetworkMetadata(**({"input_shape": (3, 4)} | metadata)))  # type: ignore[arg-type]  # tests


def test_members_answer_at_the_temperatures_of_their_files() -> None:
    members = [("a.nn", stored(temperature=2.0)), ("b.nn", stored())]
    ensemble = ensemble_of(members)
    assert ensemble.temperatures == (2.0, 1.0)
    assert [network for _, network in zip(members, ensemble.members, strict=True)] == [
        member.network for _, member in members
    ]


def test_what_a_file_does_not_say_about_pictures_is_as_the_others() -> None:
    assert len(ensemble_of([("a", stored()), ("b", stored(pictures="as-drawn")), ("c", stored())]).members) == 3


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ({}, {"input_shape": (4, 3)}, "must take images of the same size; got 4×3 in b.nn and 3×4 in a.nn"),
        (
            {},
            {"class_names": ("x", "y", "z")},
            "must tell the same classes; got x, y, z in b.nn and 0, 1, 2 in a.nn",
        ),
        (
            {"class_names": ("x", "y", "z")},
            {"class_names": ("x", "z", "y")},
            "must tell the same classes; got x, z, y in b.nn and x, y, z in a.nn",
        ),
        (
            {"pictures": "like-mnist"},
            {"pictures": "as-drawn"},
            "must have learnt from pictures made in the same way; got as-drawn in b.nn and like-mnist in a.nn",
        ),
    ],
)
def test_misfits_are_named(first: dict[str, object], second: dict[str, object], sentence: str) -> None:
    with pytest.raises(NetworkError, match=f"All networks of an ensemble {sentence}"):
        ensemble_of([("a.nn", stored(**first)), ("b.nn", stored(**second))])
