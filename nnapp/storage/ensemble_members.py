"""Which networks can answer together: those that take the same images and tell the same classes."""

from __future__ import annotations

from collections.abc import Sequence

from nnapp.engine.ensembles import Ensemble
from nnapp.errors import NetworkError
from nnapp.storage.network_file import StoredNetwork

__all__ = ["ensemble_of", "pictures_of"]


def ensemble_of(members: Sequence[tuple[str, StoredNetwork]]) -> Ensemble:
    """Return the ensemble of several networks, each at the temperature of its file.

    Parameters
    ----------
    members : sequence of (name, StoredNetwork)
        At least one; the name is for the sentence of an error. What a file does not say about pictures is taken to be
        as the others'.

    Raises
    ------
    NetworkError
        If they do not all take images of one shape, made of pictures in one way, and tell the same classes.
    """
    first_name, first = members[0]
    pictures = pictures_of([stored for _, stored in members])
    pictures_name = next((name for name, stored in members if stored.metadata.pictures), "")
    for name, stored in members[1:]:
        if stored.image_shape != first.image_shape:
            raise _misfit("take images of the same size", _size(stored), name, _size(first), first_name)
        if stored.class_names != first.class_names:
            raise _misfit("tell the same classes", _classes(stored), name, _classes(first), first_name)
        if stored.metadata.pictures not in ("", pictures):
            raise _misfit(
                "have learnt from pictures made in the same way",
                stored.metadata.pictures,
                name,
                pictures,
                pictures_name,
            )
    return Ensemble([stored.network for _, stored in members], [stored.metadata.temperature for _, stored in members])


def pictures_of(members: Sequence[StoredNetwork]) -> str:
    """Return the `NetworkMetadata.pictures` of the first member that knows its own; "" if none does."""
    return next((stored.metadata.pictures for stored in members if stored.metadata.pictures), "")


def _misfit(what: str, found: str, name: str, other: str, other_name: str) -> NetworkError:
    return NetworkError(f"All networks of an ensemble must {what}; got {found} in {name} and {other} in {other_name}.")


def _size(stored: StoredNetwork) -> str:
    return "×".join(map(str, stored.image_shape))


def _classes(stored: StoredNetwork) -> str:
    """Return the names of the classes, a long list cut short."""
    names = stored.class_names
    shown = ", ".join(name[:20] for name in names[:10])
    return shown if len(names) <= 10 else f"{shown} and {len(names) - 10:,} more"
