"""The engine: networks, their training and their evaluation, in NumPy alone.

It knows no file, no window, no thread and prints nothing.
"""

from __future__ import annotations

from nnapp.engine.activations import ACTIVATIONS, Activation
from nnapp.engine.backpropagation import Backpropagation
from nnapp.engine.calibration import Reliability, calibrated_temperature, fit_temperature, reliability
from nnapp.engine.ensembles import Ensemble
from nnapp.engine.evaluation import ConfusionMatrix, Evaluation, evaluate
from nnapp.engine.initializers import INITIALIZERS, Initializer
from nnapp.engine.layers import Dense, Dropout, Layer, LeakyReLU, Linear, ReLU, Sigmoid, Softmax, Tanh
from nnapp.engine.losses import LOSSES, Loss
from nnapp.engine.network import Network
from nnapp.engine.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp
from nnapp.engine.presets import PRESETS
from nnapp.engine.reports import BatchReport, EpochReport, TrainerState
from nnapp.engine.schedules import SCHEDULES, Schedule
from nnapp.engine.setting import Setting
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.engine.trainer import Trainer

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "OPTIMIZERS",
    "PRESETS",
    "SCHEDULES",
    "SETTINGS",
    "SGD",
    "Activation",
    "Adam",
    "AdamW",
    "Backpropagation",
    "BatchReport",
    "ConfusionMatrix",
    "Dense",
    "Dropout",
    "Ensemble",
    "EpochReport",
    "Evaluation",
    "Initializer",
    "Layer",
    "LeakyReLU",
    "Linear",
    "Loss",
    "Momentum",
    "Nesterov",
    "Network",
    "Optimizer",
    "RMSProp",
    "ReLU",
    "Reliability",
    "Schedule",
    "Setting",
    "Settings",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "Trainer",
    "TrainerState",
    "calibrated_temperature",
    "evaluate",
    "fit_temperature",
    "reliability",
]
