"""Which runs a plan has, in which order, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnapp.engine.settings import Settings
from nnapp.errors import SettingError
from nnapp.search.axes import Axis, parse_axis
from nnapp.search.plan import Halving, SearchPlan

RATES = Axis("learning_rate", (0.1, 0.2))
SIZES = Axis("batch_size", (8, 16, 32))


def plan_of(*axes: Axis, **others: Any) -> SearchPlan:
    return SearchPlan(others.pop("settings", Settings()), axes, **others)


def wide_plan(**others: Any) -> SearchPlan:
    """Return a plan of 20 × 10 × 8 = 1,600 combinations."""
    return plan_of(
        Axis("batch_size", tuple(range(1, 21))),
        Axis("learning_rate", tuple(n / 10 for n in range(1, 11))),
        Axis("dropout", tuple(n / 10 for n in range(8))),
        sampling="random",
        **others,
    )


def test_grid_counts_through_the_last_axis_first() -> None:
    found = [tuple(c.values.values()) for c in plan_of(RATES, SIZES).configurations()]
    assert found == [(0.1, 8), (0.1, 16), (0.1, 32), (0.2, 8), (0.2, 16), (0.2, 32)]
    assert [c.number for c in plan_of(RATES, SIZES).configurations()] == [1, 2, 3, 4, 5, 6]


def test_order_of_axes_does_not_matter() -> None:
    assert plan_of(SIZES, RATES) == plan_of(RATES, SIZES)
    assert plan_of(SIZES, RATES).configurations() == plan_of(RATES, SIZES).configurations()


def test_repeats_have_seeds_of_their_own() -> None:
    runs = plan_of(RATES, settings=Settings(seed=7, epochs=2), repeats=3).runs()
    assert [(run.number, run.configuration.number, run.repeat, run.settings.seed) for run in runs] == [
        (1, 1, 0, 7),
        (2, 1, 1, 8),
        (3, 1, 2, 9),
        (4, 2, 0, 7),
        (5, 2, 1, 8),
        (6, 2, 2, 9),
    ]
    assert runs[0].settings == Settings(seed=7, epochs=2, learning_rate=0.1)


def test_random_sampling_draws_distinct_configurations() -> None:
    plan = wide_plan(budget=60)
    drawn = [tuple(c.values.values()) for c in plan.configurations()]
    assert plan.n_configurations == len(drawn) == 60
    assert len(set(drawn)) == 60
    grid = {tuple(c.values.values()) for c in replace(plan, sampling="grid", budget=None).configurations()}
    assert set(drawn) <= grid


def test_random_sampling_is_decided_by_the_seed() -> None:
    first, again = wide_plan(budget=30), wide_plan(budget=30)
    other = wide_plan(budget=30, settings=Settings(seed=1))
    assert first.configurations() == again.configurations()
    assert first.configurations() != other.configurations()
    # A larger budget goes on where the smaller one ends.
    assert wide_plan(budget=40).configurations()[:30] == first.configurations()


def test_budget_of_more_than_there_is_takes_all() -> None:
    plan = plan_of(RATES, SIZES, sampling="random", budget=50)
    assert plan.n_configurations == 6
    grid = plan_of(RATES, SIZES).configurations()
    assert sorted(tuple(c.values.values()) for c in plan.configurations()) == [tuple(c.values.values()) for c in grid]


@given(st.integers(0, 2**32 - 1))
def test_every_value_is_as_likely(seed: int) -> None:
    """Of 1,600 combinations 400 are drawn: 50 of 8 dropouts each, standard deviation √(400 · ⅛ · ⅞ · ¾) = 5.7."""
    drawn = wide_plan(budget=400, settings=Settings(seed=seed)).configurations()
    counts = np.unique([c.values["dropout"] for c in drawn], return_counts=True)[1]
    assert len(counts) == 8
    assert np.abs(counts - 50).max() < 6.5 * 5.7


def test_sampling_of_a_huge_grid_is_quick() -> None:
    axes = [Axis(name, tuple(n / 2000 for n in range(1, 1001))) for name in ("dropout", "l1", "l2", "momentum")]
    plan = plan_of(*axes, sampling="random", budget=1000)
    assert plan.n_combinations == 1000**4
    assert len({tuple(c.values.values()) for c in plan.configurations()}) == 1000


@pytest.mark.parametrize(
    ("epochs", "first", "factor", "n_values", "rung_epochs", "rung_sizes", "n_epochs"),
    [
        # 9 for 1 epoch, ⌈9/3⌉ = 3 for 2 more, 1 for 6 more: 9·1 + 3·2 + 1·6
        (9, 1, 3, 9, (1, 3, 9), (9, 3, 1), 21),
        # the last rung is that of all epochs: 10·2 + 5·2 + 3·4 + 2·2
        (10, 2, 2, 10, (2, 4, 8, 10), (10, 5, 3, 2), 46),
        # nothing to stop early in
        (3, 3, 3, 4, (3,), (4,), 12),
        # one configuration goes on to the end: 2·1 + 1·1 + 1·2 + 1·4
        (8, 1, 2, 2, (1, 2, 4, 8), (2, 1, 1, 1), 9),
    ],
)
def test_rungs_of_successive_halving(
    epochs: int,
    first: int,
    factor: int,
    n_values: int,
    rung_epochs: tuple[int, ...],
    rung_sizes: tuple[int, ...],
    n_epochs: int,
) -> None:
    axis = Axis("batch_size", tuple(range(1, n_values + 1)))
    plan = plan_of(axis, settings=Settings(epochs=epochs), halving=Halving(first, factor))
    assert plan.rung_epochs == rung_epochs
    assert plan.rung_sizes == rung_sizes
    assert (plan.n_parts, plan.n_epochs) == (sum(rung_sizes), n_epochs)
    twice = replace(plan, repeats=2)
    assert (twice.n_runs, twice.n_parts, twice.n_epochs) == (2 * n_values, 2 * sum(rung_sizes), 2 * n_epochs)


def test_without_halving_there_is_one_rung() -> None:
    plan = plan_of(RATES, settings=Settings(epochs=5), repeats=3)
    assert (plan.rung_epochs, plan.rung_sizes, plan.n_parts, plan.n_epochs) == ((5,), (2,), 6, 30)


def test_loss_follows_an_output_that_varies() -> None:
    runs = plan_of(parse_axis("output", "softmax, sigmoid")).runs()
    assert [run.settings.loss for run in runs] == ["cross-entropy", "binary-cross-entropy"]


@pytest.mark.parametrize(
    ("axes", "others", "sentence"),
    [
        ((), {}, "at least one setting that varies"),
        ((RATES, RATES), {}, "Learning rate twice"),
        ((RATES,), {"budget": 3}, "A budget needs random sampling"),
        ((RATES,), {"budget": 0, "sampling": "random"}, "Budget must be"),
        ((RATES,), {"sampling": "sobol"}, "Sampling must be one of grid, random"),
        ((RATES,), {"repeats": 0}, "Repeats must be"),
        ((RATES,), {"settings": Settings(validation_fraction=0.0)}, "needs validation images to choose by"),
        ((RATES,), {"settings": Settings(seed=2**32 - 1), "repeats": 2}, "Random seed must be"),
        ((RATES,), {"settings": Settings(epochs=3), "halving": Halving(4)}, "First epochs must be at most 3"),
        ((parse_axis("loss", "cross-entropy, binary-cross-entropy"),), {"settings": Settings(output="softmax")}, ""),
        ((parse_axis("loss", "cross-entropy"), parse_axis("output", "softmax, tanh")), {}, "tanh"),
        ((Axis("batch_size", tuple(range(1, 1001))), Axis("l2", tuple(range(100))), RATES), {}, "at most 100,000 runs"),
    ],
)
def test_plan_that_cannot_be_is_refused(axes: tuple[Axis, ...], others: dict[str, Any], sentence: str) -> None:
    if not sentence:  # softmax allows both losses
        assert plan_of(*axes, **others).n_runs == 2
        return
    with pytest.raises(SettingError) as caught:
        plan_of(*axes, **others)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("numbers", [(0, 3), (1, 1), (1, 101), (1.5, 3)])
def test_halving_has_limits(numbers: tuple[Any, Any]) -> None:
    with pytest.raises(SettingError, match="must be"):
        Halving(*numbers)


def test_images_must_suffice_for_every_configuration() -> None:
    """Of 100 images 10 are held out, so that mini-batches may have 90."""
    labels = np.arange(100) % 10
    plan_of(Axis("batch_size", (10, 90))).check_images(labels)
    with pytest.raises(SettingError, match="at most 90"):
        plan_of(Axis("batch_size", (10, 91)), RATES).check_images(labels)
    with pytest.raises(SettingError, match="at most 50"):
        plan_of(Axis("training_images", (90, 50)), settings=Settings(batch_size=51)).check_images(labels)


COUNTS = st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True).map(tuple)


@given(COUNTS, COUNTS, COUNTS)
def test_images_suffice_if_they_do_for_each_configuration(
    batch_sizes: tuple[int, ...], training_images: tuple[int, ...], images_per_epoch: tuple[int, ...]
) -> None:
    """Of 5 images 1 is held out, so that there are 4; 0 is all there are."""
    plan = plan_of(
        Axis("batch_size", batch_sizes),
        Axis("training_images", training_images),
        Axis("images_per_epoch", images_per_epoch),
        settings=Settings(validation_fraction=0.2),
    )
    suffice = all(
        learnt_from <= 4 and per_epoch <= (learnt_from or 4) and batch <= (per_epoch or learnt_from or 4)
        for batch, learnt_from, per_epoch in product(batch_sizes, training_images, images_per_epoch)
    )
    if suffice:
        plan.check_images(np.zeros(5, np.int64))
    else:
        with pytest.raises(SettingError):
            plan.check_images(np.zeros(5, np.int64))


def test_images_of_a_huge_grid_are_checked_at_once() -> None:
    """Looking at a billion combinations would take a day."""
    names = {"batch_size": 1, "images_per_epoch": 2000, "training_images": 4000}
    axes = [Axis(name, tuple(range(first, first + 1000))) for name, first in names.items()]
    plan_of(*axes, sampling="random", budget=10).check_images(np.arange(10_000) % 10)
