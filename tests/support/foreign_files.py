"""Network files as people write them with NumPy, which say nothing but weights and biases."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nnapp.engine.network import Network


def write_plain_npz(path: Path, network: Network | None) -> Path:
    """Write the weights and biases of a network, by default 783-3, as ``W1``, ``b1``, ``W2``, …"""
    network = network or Network.dense([783, 3], rng=np.random.default_rng(0))
    arrays = {}
    for number, layer in enumerate(network.dense_layers, 1):
        arrays[f"W{number}"], arrays[f"b{number}"] = layer.weights, layer.biases
    np.savez(path, **arrays)
    return path


def write_square_npz(path: Path) -> Path:
    """Write a network 10-10-10, of whose weights nobody can tell which way round they are."""
    rng = np.random.default_rng(0)
    names = ("W1", "W2"), ("b1", "b2")
    arrays = {name: rng.normal(size=(10, 10)) for name in names[0]} | {name: rng.normal(size=10) for name in names[1]}
    np.savez(path, **arrays)
    return path
