"""What a search is to try: which settings vary, which combinations of them, how often, and how long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import ceil, prod
from typing import Any, Literal

from nnapp.engine.arrays import IntArray
from nnapp.engine.losses import default_loss
from nnapp.engine.randomness import Purpose, random_stream
from nnapp.engine.settings import SETTINGS, Settings
from nnapp.engine.splits import split_for_training
from nnapp.errors import SettingError
from nnapp.search.axes import SEARCHABLE, Axis
from nnapp.search.plan_settings import MAX_RUNS, PLAN_SETTINGS

__all__ = ["Configuration", "Halving", "RunSpec", "SearchPlan"]

_MAX_COMBINATIONS = 2**63


@dataclass(frozen=True)
class Halving:
    """Successive halving: configurations that are clearly losing are stopped early.

    All are trained for a few epochs, the best share of them goes on for more, and so on until the last few have
    all their epochs (K. Jamieson and A. Talwalkar, "Non-stochastic best arm identification and hyperparameter
    optimization", AISTATS 2016).

    Attributes
    ----------
    first_epochs : int
        Epochs of the first rung.
    factor : int
        One in so many configurations goes on to the next rung, for so many times the epochs.

    Raises
    ------
    SettingError
        On creation, if a number is outside its limits.
    """

    first_epochs: int = 1
    factor: int = 3

    def __post_init__(self) -> None:
        PLAN_SETTINGS["first_epochs"].check(self.first_epochs)
        PLAN_SETTINGS["factor"].check(self.factor)


@dataclass(frozen=True)
class Configuration:
    """One combination of values.

    Attributes
    ----------
    number : int
        From 1, in the order of the plan.
    values : dict of str to value
        One for each axis.
    """

    number: int
    values: dict[str, Any]


@dataclass(frozen=True)
class RunSpec:
    """One training.

    Attributes
    ----------
    number : int
        From 1, in the order of the plan.
    configuration : Configuration
    repeat : int
        From 0; the seed is the plan's and so much more.
    settings : Settings
        All of the run's.
    """

    number: int
    configuration: Configuration
    repeat: int
    settings: Settings


@dataclass(frozen=True)
class SearchPlan:
    """Everything that a search does, and in which order it counts it.

    Attributes
    ----------
    settings : Settings
        For all that does not vary. Its epochs are those of a whole run, over which learning rate schedules span also
        where a run is stopped early; its seed is the first of the repeats.
    axes : tuple of Axis
        At least one, in the order of `SEARCHABLE`, which they are brought to.
    sampling : {"grid", "random"}
    budget : int or None
        How many configurations random sampling draws, fewer if there are not so many; None for all.
    repeats : int
    halving : Halving or None
        None trains every configuration to its end.

    Raises
    ------
    SettingError
        On creation, if a number is outside its limits, values contradict each other, or there are too many runs.
    """

    settings: Settings
    axes: tuple[Axis, ...]
    sampling: Literal["grid", "random"] = "grid"
    budget: int | None = None
    repeats: int = 1
    halving: Halving | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "axes", tuple(sorted(self.axes, key=lambda axis: SEARCHABLE.index(axis.name))))
        self._check_axes()
        PLAN_SETTINGS["sampling"].check(self.sampling)
        PLAN_SETTINGS["repeats"].check(self.repeats)
        if self.budget is not None:
            PLAN_SETTINGS["budget"].check(self.budget)
            if self.sampling == "grid":
                raise SettingError(
                    "A budget needs random sampling, since a grid is all combinations; got one with a grid.", "budget"
                )
        if not self.settings.validation_fraction:
            raise SettingError(
                "A search needs validation images to choose by: the validation fraction must be greater than 0; got 0.",
                "validation_fraction",
            )
        if self.halving is not None and self.halving.first_epochs > self.settings.epochs:
            raise SettingError(
                f"First epochs must be at most {self.settings.epochs:,}, the epochs of a run; "
                f"got {self.halving.first_epochs:,}.",
                "first_epochs",
            )
        self._check_counts()

    def _check_axes(self) -> None:
        if not self.axes:
            raise SettingError("A search needs at least one setting that varies; got none.")
        names = [axis.name for axis in self.axes]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise SettingError(f"Each setting must be given values once; got {SETTINGS[twice].label} twice.", twice)
        for values in self._combinations_of("output", "loss"):
            self._settings_for(values, 0)

    def _check_counts(self) -> None:
        if self.n_combinations > _MAX_COMBINATIONS:
            raise SettingError(f"The values must have at most 2⁶³ combinations; got {float(self.n_combinations):.1g}.")
        if self.n_runs > MAX_RUNS:
            remedy = "" if self.sampling == "random" else ", of which random sampling with a budget takes some"
            raise SettingError(f"A search must have at most {MAX_RUNS:,} runs; got {self.n_runs:,}{remedy}.")
        SETTINGS["seed"].check(self.settings.seed + self.repeats - 1)

    @property
    def n_combinations(self) -> int:
        """Number of combinations of all values, tried or not."""
        return prod(len(axis.values) for axis in self.axes)

    @property
    def n_configurations(self) -> int:
        """Number of configurations that are tried."""
        return self.n_combinations if self.budget is None else min(self.budget, self.n_combinations)

    @property
    def n_runs(self) -> int:
        """Number of runs: each configuration with each seed."""
        return self.n_configurations * self.repeats

    @property
    def rung_epochs(self) -> tuple[int, ...]:
        """Epochs that a run has at the end of each rung; without halving, one rung of all epochs."""
        if self.halving is None:
            return (self.settings.epochs,)
        epochs = [self.halving.first_epochs]
        while epochs[-1] < self.settings.epochs:
            epochs.append(min(epochs[-1] * self.halving.factor, self.settings.epochs))
        return tuple(epochs)

    @property
    def rung_sizes(self) -> tuple[int, ...]:
        """Number of configurations in each rung; fewer go on where runs fail."""
        sizes = [self.n_configurations]
        for _ in self.rung_epochs[1:]:
            sizes.append(self.n_going_on(sizes[-1]))
        return tuple(sizes)

    @property
    def n_parts(self) -> int:
        """Number of results: a run has one for each rung it reaches."""
        return sum(self.rung_sizes) * self.repeats

    @property
    def n_epochs(self) -> int:
        """Number of epochs that are trained in all."""
        epochs = self.rung_epochs
        added = [last - before for before, last in zip((0, *epochs), epochs, strict=False)]
        return sum(size * more for size, more in zip(self.rung_sizes, added, strict=True)) * self.repeats

    def n_going_on(self, n_configurations: int) -> int:
        """Return how many of a rung's configurations go on to the next, rounded up."""
        return n_configurations if self.halving is None else ceil(n_configurations / self.halving.factor)

    def configurations(self) -> list[Configuration]:
        """Return all configurations, in the same order always.

        A grid counts through the values of its last axis first. Random sampling shuffles the grid by the seed and
        takes the first `n_configurations`.
        """
        indices: Sequence[int] = range(self.n_combinations) if self.sampling == "grid" else self._drawn
        return [Configuration(number, self._values_at(index)) for number, index in enumerate(indices, 1)]

    def runs(self) -> list[RunSpec]:
        """Return all runs, those of a configuration one after another."""
        return [
            RunSpec(
                (configuration.number - 1) * self.repeats + repeat + 1,
                configuration,
                repeat,
                self._settings_for(configuration.values, repeat),
            )
            for configuration in self.configurations()
            for repeat in range(self.repeats)
        ]

    def check_images(self, labels: IntArray) -> None:
        """Refuse images that are too few for some configuration, before the first run begins.

        Parameters
        ----------
        labels : array (n_images,)
            Of the images to learn from and to validate on.

        Raises
        ------
        SettingError
        """
        whole = self.settings.but(batch_size=0, training_images=0, images_per_epoch=0)
        training, _ = split_for_training(labels, whole)
        # Each number is compared with others alone, so that it is enough to look at the smallest and largest ones.
        for values in self._combinations_of("training_images", "images_per_epoch", "batch_size", among=_extremes):
            self._settings_for(values, 0).check_counts(len(training))

    @cached_property
    def _drawn(self) -> list[int]:
        """Draw the indices of configurations: the beginning of a Fisher–Yates shuffle of all of them.

        It is made of the raw numbers of the bit generator, the one part of NumPy's random numbers that stays the same
        in every version (NEP 19), since a search may be resumed with another one.
        """
        raw = random_stream(self.settings.seed, Purpose.CONFIGURATIONS).bit_generator.random_raw
        n_combinations = self.n_combinations
        moved: dict[int, int] = {}
        drawn = []
        for place in range(self.n_configurations):
            other = place + int(raw()) % (n_combinations - place)
            drawn.append(moved.get(other, other))
            moved[other] = moved.get(place, place)
        return drawn

    def _values_at(self, index: int) -> dict[str, Any]:
        values = []
        for axis in reversed(self.axes):
            index, place = divmod(index, len(axis.values))
            values.append((axis.name, axis.values[place]))
        return dict(reversed(values))

    def _combinations_of(
        self, *names: str, among: Callable[[tuple[Any, ...]], tuple[Any, ...]] = tuple
    ) -> Iterator[dict[str, Any]]:
        """Yield every combination of the values of some axes, or of some of these; those of the others as they come."""
        choices = [among(axis.values) if axis.name in names else axis.values[:1] for axis in self.axes]
        for values in product(*choices):
            yield {axis.name: value for axis, value in zip(self.axes, values, strict=True)}

    def _settings_for(self, values: dict[str, Any], repeat: int) -> Settings:
        """Return the settings of a run; a loss that does not vary follows an output activation that does."""
        if "output" in values and "loss" not in values and values["output"] != self.settings.output:
            values = {**values, "loss": default_loss(values["output"])}
        return self.settings.but(**values, seed=self.settings.seed + repeat)


def _extremes(counts: tuple[int, ...]) -> tuple[int, ...]:
    """Return the smallest and the largest of some numbers of images, and 0, which means all, if it is among them."""
    numbers = [count for count in counts if count]
    return tuple({min(numbers), max(numbers)} if numbers else ()) + ((0,) if 0 in counts else ())
