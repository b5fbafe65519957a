"""Every setting of a network and its training, with its limits, said once.

The engine validates from this table, the command line makes its options from it, the training window
its fields, and the tests sweep it. A setting is a field of `Settings`; its `Setting` is the field's
metadata.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from nnapp.engine.activations import ACTIVATIONS
from nnapp.engine.augmentation import Augmentation
from nnapp.engine.initializers import INITIALIZERS
from nnapp.engine.losses import LOSSES, check_pair
from nnapp.engine.network import MAX_NEURONS, Network
from nnapp.engine.optimizers import OPTIMIZERS
from nnapp.engine.randomness import Purpose, random_stream
from nnapp.engine.schedules import SCHEDULES
from nnapp.engine.setting import Kind, Setting
from nnapp.errors import SettingError

__all__ = ["AUGMENTATION_NAMES", "SETTINGS", "Settings"]


def _setting(default: Any, label: str, kind: Kind, text: str, **limits: Any) -> Any:
    return field(default=default, metadata={"label": label, "kind": kind, "help": text, **limits})


_HIDDEN_ACTIVATIONS = tuple(name for name, activation in ACTIVATIONS.items() if activation.for_hidden_layers)


@dataclass(frozen=True)
class Settings:
    """All settings of one run. The defaults are the command line's and the window's.

    Raises
    ------
    SettingError
        On creation, if a value is outside its limits or two contradict each other.
    """

    hidden: tuple[int, ...] = _setting(
        (128, 64),
        "Hidden layer sizes",
        "sizes",
        "Neurons in each hidden layer, from the inputs to the outputs. More neurons can learn more, but take longer "
        "and may learn the training images by heart.",
        low=1,
        high=MAX_NEURONS,
        unit="neurons",
    )
    activation: str = _setting(
        "relu",
        "Hidden activation",
        "choice",
        "What a hidden neuron does to its weighted sum. ReLU learns fastest; sigmoid is the classic.",
        choices=_HIDDEN_ACTIVATIONS,
    )
    output: str = _setting(
        "softmax",
        "Output activation",
        "choice",
        "What the last layer does to its weighted sums. Softmax turns them into probabilities that sum to one.",
        choices=tuple(ACTIVATIONS),
    )
    loss: str = _setting(
        "cross-entropy",
        "Loss",
        "choice",
        "The number that training makes small: how wrong the outputs are. Cross-entropy goes with softmax outputs, "
        "binary cross-entropy with sigmoid outputs, and squared error with all.",
        choices=tuple(LOSSES),
    )
    initializer: str = _setting(
        "he",
        "Initialiser",
        "choice",
        "How the first random weights are drawn. He suits ReLU, Xavier suits sigmoid and tanh.",
        choices=tuple(INITIALIZERS),
    )
    seed: int = _setting(
        0,
        "Random seed",
        "integer",
        "The number all chance comes from. The same seed and settings give exactly the same network again.",
        low=0,
        high=2**32 - 1,
    )
    batch_size: int = _setting(
        64,
        "Mini-batch size",
        "integer",
        "Images whose gradients are averaged for one step. Small batches learn more per epoch, large ones run faster.",
        low=0,
        high=100_000_000,
        unit="images",
        zero="all",
    )
    training_images: int = _setting(
        0,
        "Training images",
        "integer",
        "How many of the training images are learnt from, chosen once, the same share of every class. With few, a "
        "network learns them by heart, which the validation images show; their number stays.",
        low=0,
        high=100_000_000,
        unit="images",
        zero="all",
    )
    images_per_epoch: int = _setting(
        0,
        "Images per epoch",
        "integer",
        "Training images used in each epoch, drawn anew each time. Fewer show progress sooner.",
        low=0,
        high=100_000_000,
        unit="images",
        zero="all",
    )
    epochs: int = _setting(
        10,
        "Epochs",
        "integer",
        "How often training goes through its images.",
        low=1,
        high=1_000_000,
        unit="epochs",
        while_running=True,
    )
    optimizer: str = _setting(
        "adam",
        "Optimizer",
        "choice",
        "How gradients change the weights. SGD is the textbook's; Adam adapts the step of every weight and needs "
        "little tuning.",
        choices=tuple(OPTIMIZERS),
    )
    learning_rate: float = _setting(
        0.001,
        "Learning rate",
        "number",
        "Length of the steps of training. Too small and nothing happens, too large and the loss jumps or diverges.",
        low=0,
        high=1000,
        excludes_low=True,
        while_running=True,
    )
    momentum: float = _setting(
        0.9,
        "Momentum",
        "number",
        "Share of the last step that carries on into the next. Only the optimizers momentum and nesterov use it.",
        low=0,
        high=1,
        excludes_high=True,
    )
    schedule: str = _setting(
        "constant",
        "Learning rate schedule",
        "choice",
        "How the learning rate changes from epoch to epoch. A rate that falls lets training settle.",
        choices=tuple(SCHEDULES),
    )
    schedule_epochs: int = _setting(
        5,
        "Schedule epochs",
        "integer",
        "Epochs between two steps of the step schedule, or without improvement before the plateau schedule acts.",
        low=1,
        high=1_000_000,
        unit="epochs",
    )
    schedule_factor: float = _setting(
        0.5,
        "Schedule factor",
        "number",
        "What the learning rate is multiplied by: each epoch with the exponential schedule, at each step with step and "
        "plateau.",
        low=0,
        high=1,
        excludes_low=True,
    )
    warmup_epochs: int = _setting(
        0,
        "Warm-up epochs",
        "integer",
        "Epochs in which the cosine schedule first raises the learning rate in equal steps.",
        low=0,
        high=1_000_000,
        unit="epochs",
        zero="none",
    )
    l2: float = _setting(
        0.0,
        "L2 regularisation",
        "number",
        "Adds λ/2 times the sum of all squared weights to what training makes small, so that weights stay small. "
        "With AdamW it is the decoupled weight decay.",
        low=0,
        high=100,
        zero="off",
    )
    l1: float = _setting(
        0.0,
        "L1 regularisation",
        "number",
        "Adds λ times the sum of all absolute weights to what training makes small, which drives many weights to zero.",
        low=0,
        high=100,
        zero="off",
    )
    dropout: float = _setting(
        0.0,
        "Dropout",
        "number",
        "Share of hidden neurons silenced at random in each step, so that none relies on a single other one.",
        low=0,
        high=1,
        excludes_high=True,
        zero="off",
    )
    gradient_clip: float = _setting(
        0.0,
        "Gradient clipping",
        "number",
        "Largest length of the gradient: a longer one is shortened to it. Tames runs that jump.",
        low=0,
        high=1_000_000,
        zero="off",
    )
    label_smoothing: float = _setting(
        0.0,
        "Label smoothing",
        "number",
        "Share of each target that is spread over all classes, so that the network need not become surer and surer. "
        "The validation loss is that of the targets as they are.",
        low=0,
        high=1,
        excludes_high=True,
        zero="off",
    )
    rotation: float = _setting(
        0.0,
        "Rotation",
        "number",
        "Turns each training image by a random angle of up to so many degrees either way.",
        low=0,
        high=180,
        unit="degrees",
        zero="off",
    )
    zoom: float = _setting(
        0.0,
        "Zoom",
        "number",
        "Makes each training image up to this share larger or smaller, height and width each on its own.",
        low=0,
        high=1,
        zero="off",
    )
    shear: float = _setting(
        0.0,
        "Shear",
        "number",
        "Slants each training image by up to so many columns for each row, either way.",
        low=0,
        high=1,
        zero="off",
    )
    translation: float = _setting(
        0.0,
        "Translation",
        "number",
        "Shifts each training image by up to so many pixels along and across.",
        low=0,
        high=100,
        unit="pixels",
        zero="off",
    )
    elastic: float = _setting(
        0.0,
        "Elastic distortion",
        "number",
        "Bends each training image smoothly by about so many pixels, as hands do.",
        low=0,
        high=20,
        unit="pixels",
        zero="off",
    )
    thickness: float = _setting(
        0.0,
        "Stroke thickness",
        "number",
        "Thickens or thins the strokes of each training image by up to so many pixels all around.",
        low=0,
        high=1,
        unit="pixels",
        zero="off",
    )
    noise: float = _setting(
        0.0,
        "Noise",
        "number",
        "Adds random numbers of this standard deviation to the pixels of each training image, of ink from 0 to 1.",
        low=0,
        high=1,
        zero="off",
    )
    validation_fraction: float = _setting(
        0.1,
        "Validation fraction",
        "number",
        "Share of the training images held out to measure progress on images the network has not learnt from.",
        low=0,
        high=0.9,
        zero="none",
    )
    early_stopping: int = _setting(
        0,
        "Early stopping",
        "integer",
        "Stop after this many epochs without a lower validation error, or the same error with a lower loss.",
        low=0,
        high=1_000_000,
        unit="epochs",
        zero="off",
    )
    keep: str = _setting(
        "best",
        "Keep",
        "choice",
        "Which weights the network has when training ends: those of the epoch with the lowest validation error, or the "
        "last ones.",
        choices=("best", "last"),
    )

    def __post_init__(self) -> None:
        for name, setting in SETTINGS.items():
            setting.check(getattr(self, name))
        check_pair(self.loss, self.output)
        if self.early_stopping and not self.validation_fraction:
            raise SettingError(
                "Early stopping needs validation images: the validation fraction must be greater than 0; got 0.",
                "early_stopping",
            )

    def but(self, **changes: Any) -> Settings:
        """Return a copy with some settings changed, checked again."""
        return replace(self, **changes)

    @property
    def augmentation(self) -> Augmentation:
        """How training images are changed each time they are used."""
        return Augmentation(**{name: getattr(self, name) for name in AUGMENTATION_NAMES})

    def new_network(self, n_inputs: int, n_outputs: int) -> Network:
        """Build the network that the settings describe, with the first parameters their seed gives."""
        return Network.dense(
            (n_inputs, *self.hidden, n_outputs),
            hidden_activation=self.activation,
            output_activation=self.output,
            dropout=self.dropout,
            initializer=self.initializer,
            rng=random_stream(self.seed, Purpose.INITIALIZATION),
        )

    def check_counts(self, n_training: int) -> None:
        """Refuse a mini-batch, an epoch or a choice of images larger than the images there are.

        Parameters
        ----------
        n_training : int
            Number of training images after validation images were held out.
        """
        n_learnt_from = self.training_images or n_training
        checks: Sequence[tuple[str, int, str]] = (
            ("training_images", n_training, "the number of images that are not held out"),
            ("images_per_epoch", n_learnt_from, "the number of training images"),
            ("batch_size", self.images_per_epoch or n_learnt_from, "the number of images per epoch"),
        )
        for name, limit, reason in checks:
            value = getattr(self, name)
            if value > limit:
                raise SettingError(
                    f"{SETTINGS[name].label} must be at most {limit:,}, {reason}; got {value:,}.",
                    name,
                )


AUGMENTATION_NAMES: tuple[str, ...] = tuple(item.name for item in fields(Augmentation))
"""The settings that make up `Settings.augmentation`."""

SETTINGS: dict[str, Setting] = {item.name: Setting(name=item.name, **item.metadata) for item in fields(Settings)}
"""All settings by name, in the order people should meet them."""
