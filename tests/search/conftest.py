"""Fixtures of the searches' tests: a small data set, plans of quick runs, and searches that are run to their end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.data_sets import make_images

from nnapp.engine.settings import Settings
from nnapp.search.axes import parse_axis
from nnapp.search.data_facts import DataFacts
from nnapp.search.journal import Journal
from nnapp.search.plan import Halving, SearchPlan
from nnapp.search.search import Search
from nnapp.storage.dataset import DataChoice, Dataset


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """Return 150 images of 20×3 pixels in ten classes, and no others to test with."""
    rng = np.random.default_rng(5)
    labels = np.arange(150) % 10
    images = make_images(labels, rng, (20, 3))
    return Dataset("rows", images, labels, images[:0], labels[:0], tuple("abcdefghij"), DataChoice("rows"), "")


@pytest.fixture
def plan() -> SearchPlan:
    """Return a plan of eight runs: two networks at two learning rates, each with two seeds."""
    settings = Settings(epochs=3, batch_size=20, dropout=0.1, seed=4)
    return SearchPlan(settings, (parse_axis("hidden", "6; 8, 5"), parse_axis("learning_rate", "0.01, 0.03")), repeats=2)


@pytest.fixture
def halving_plan(plan: SearchPlan) -> SearchPlan:
    """Return the plan with successive halving: four configurations have 1 epoch, two have 2, one has 4."""
    return replace(plan, settings=plan.settings.but(epochs=4), halving=Halving(first_epochs=1, factor=2))


@pytest.fixture
def new_journal(tmp_path: Path, dataset: Dataset) -> Callable[..., Journal]:
    """Return a function that creates the journal of a plan."""

    def create(plan: SearchPlan, name: str = "search.jsonl") -> Journal:
        return Journal.create(tmp_path / name, plan, DataFacts.of(dataset))

    return create


@pytest.fixture
def search_of(dataset: Dataset) -> Callable[..., Search]:
    """Return a function that makes the search of a journal."""

    def make(journal: Journal, executor: Executor | None = None, n_workers: int | None = None) -> Search:
        images, labels = dataset.training_images, dataset.training_labels
        return Search(journal.plan, images, labels, journal, executor=executor, n_workers=n_workers)

    return make
