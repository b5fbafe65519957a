"""The kinds of layer a network can be built from."""

from __future__ import annotations

from nnapp.engine.layers.activation import (
    ACTIVATION_LAYERS,
    ActivationLayer,
    LeakyReLU,
    Linear,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from nnapp.engine.layers.base import Layer, Tape
from nnapp.engine.layers.dense import Dense
from nnapp.engine.layers.dropout import Dropout

__all__ = [
    "ACTIVATION_LAYERS",
    "ActivationLayer",
    "Dense",
    "Dropout",
    "Layer",
    "LeakyReLU",
    "Linear",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "Tape",
]
