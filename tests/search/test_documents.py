"""What docs/grid-search.md tells to type is understood, and its example runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from nnapp.cli import main
from nnapp.search.axes import parse_axis
from nnapp.search.journal import Journal
from nnapp.search.plan import Halving
from nnapp.search.plan_json import plan_from_json
from nnapp.search.results import RunResult
from nnapp.storage.dataset import Dataset

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "grid-search.md").read_text("utf-8")
VALUES = re.findall(r"`([a-z0-9-]+)=([^`]+)`", PAGE)


@pytest.mark.parametrize(("name", "values"), VALUES)
def test_values_are_read(name: str, values: str) -> None:
    parse_axis(name.replace("-", "_"), values)


def test_values_are_as_told() -> None:
    assert len(VALUES) >= 7
    assert parse_axis("dropout", dict(VALUES)["dropout"]).values == (0, 0.1, 0.2, 0.3, 0.4)
    assert parse_axis("learning_rate", dict(VALUES)["learning-rate"]).values == (0.001, 0.01, 0.1)


def test_configuration_file_is_read() -> None:
    [block] = re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    plan = plan_from_json(json.loads(block), "the page")
    assert (plan.n_combinations, plan.n_configurations, plan.n_runs) == (3 * 4 * 2, 12, 36)
    assert plan.halving == Halving(1, 3)


def test_every_option_exists(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["search", "--help"])
    known = capsys.readouterr().out
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE))
    assert {"--vary", "--resume", "--executor"} <= named
    assert {option for option in named if option not in known} == set()


def test_every_key_of_a_result_is_told() -> None:
    missing = [name for name in RunResult.__dataclass_fields__ if f"`{name}`" not in PAGE]
    assert missing == []


def test_example_runs(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [block] = [
        block for block in re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE) if "__main__" in block
    ]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nnapp.storage.datasets.load_dataset", lambda: dataset)
    exec(compile(block, "the page", "exec"), {"__name__": "__main__"})
    assert len(Journal.open("rates.jsonl").results) == 6
    assert "Row(configuration=Configuration(" in capsys.readouterr().out
