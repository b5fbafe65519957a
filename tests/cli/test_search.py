"""``nnapp search``: what it makes, what it says, what it refuses, and that nothing ends it for good."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command_line import Result, start_process
from support.data_sets import write_data_set

from nnapp.engine.settings import Settings
from nnapp.search.axes import Axis
from nnapp.search.journal import Journal
from nnapp.search.plan import Halving, SearchPlan
from nnapp.storage.network_file import read_network

Run = Callable[..., Result]
RATES = ("--vary", "learning-rate=0.001..0.1:3:log")
QUICK = ("--hidden", "8", "--batch-size", "20", "--epochs", "2", *RATES)
THREADS = ("--executor", "executors_of_a_test:threads")


@pytest.fixture(autouse=True)
def executors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a module with executors into the current folder; threads start sooner than processes."""
    monkeypatch.setattr("nnapp.search.data_server.addresses_of_this_machine", lambda: ())
    Path("executors_of_a_test.py").write_text(
        "from concurrent.futures import ThreadPoolExecutor\n\n\n"
        "def threads():\n    return ThreadPoolExecutor(2)\n\n\n"
        "number = 3\n"
    )


@pytest.fixture
def search(nnapp: Run, data: Path) -> Run:
    """Return a function that runs the command on the small data set with threads for workers."""

    def run(*arguments: str | Path) -> Result:
        return nnapp("search", "--data", data, *THREADS, *arguments)

    return run


def table_of(out: str) -> list[list[str]]:
    """Return the cells of the table of configurations without its times."""
    lines = out.partition("configuration ")[2].partition("\n\n")[0].splitlines()
    return [line.split("  ") for line in lines[1:]]


def test_table_has_the_best_first(search: Run) -> None:
    result = search(*QUICK, "--repeats", "2", "--out", "a.jsonl")
    assert result.code == 0, result.err
    assert ": 3 configurations, 6 runs of 2 epochs" in result.out
    assert "Learning rate: 0.001; 0.01; 0.1" in result.out
    journal = Journal.open("a.jsonl")
    means = {
        number: sum(r.validation_error or 0 for r in journal.results.values() if r.configuration == number) / 2
        for number in (1, 2, 3)
    }
    lines = [line for line in result.out.splitlines() if line.endswith("2 of 2")]
    shown = [int(line.split()[0]) for line in lines]
    assert sorted(shown) == [1, 2, 3]
    assert [means[number] for number in shown] == sorted(means.values())
    assert f"{100 * means[shown[0]]:.2f} % ± " in lines[0]
    assert f"Best on the validation images: configuration {shown[0]}, saved as" in result.out
    assert "All results are in a.jsonl." in result.out


def test_processes_do_it_where_no_executor_is_named(nnapp: Run, data: Path) -> None:
    result = nnapp("search", "--data", data, *QUICK, "--workers", "2", "--out", "a.jsonl")
    assert result.code == 0, result.err
    assert len(Journal.open("a.jsonl").results) == 3


def test_networks_are_saved_with_their_settings(search: Run) -> None:
    search(*QUICK, "--seed", "5", "--out", "a.jsonl")
    training = read_network("a.networks/run-0002.nn").metadata.training
    assert (training["learning_rate"], training["seed"], training["hidden"]) == (0.01, 5, [8])


def test_json_lines(search: Run) -> None:
    result = search(*QUICK, "--out", "a.jsonl", "--json")
    *runs, last = result.records
    assert {record["run"] for record in runs} == {1, 2, 3}
    assert {record["values"]["learning_rate"] for record in runs} == {0.001, 0.01, 0.1}
    assert all(0 <= record["validation_error"] <= 1 for record in runs)
    assert (last["search"], last["outcome"], last["n_runs"], last["n_results"]) == ("a.jsonl", "finished", 3, 3)
    errors = [row["validation_error"] for row in last["configurations"]]
    assert errors == sorted(errors)
    assert last["best"] == last["configurations"][0]["configuration"]


def test_configuration_file_and_options_over_it(search: Run) -> None:
    document = {
        "settings": {"epochs": 4, "batch_size": 20, "hidden": [9]},
        "vary": {"learning-rate": [0.01, 0.02], "l2": "0, 0.1"},
        "repeats": 2,
        "halving": {"factor": 4},
    }
    Path("c.json").write_text(json.dumps(document))
    changes = ["--epochs", "2", "--vary", "l2=0.5", "--repeats", "1", "--first-epochs", "2"]
    assert search("--config", "c.json", *changes, "--out", "a.jsonl").code == 0
    assert Journal.open("a.jsonl").plan == SearchPlan(
        Settings(epochs=2, batch_size=20, hidden=(9,)),
        (Axis("learning_rate", (0.01, 0.02)), Axis("l2", (0.5,))),
        halving=Halving(2, 4),
    )


def test_random_sampling_and_halving(search: Run) -> None:
    options = ["--sampling", "random", "--budget", "4", "--halving", "--vary", "batch-size=8..20:10"]
    result = search("--hidden", "8", "--epochs", "3", *RATES, *options, "--out", "a.jsonl")
    assert "4 configurations drawn from 30, 4 runs of up to 3 epochs" in result.out
    assert result.out.count("stopped early") == 2  # ⌈4 / 3⌉ = 2 go on
    assert len(Journal.open("a.jsonl").results) == 4 + 2


def test_without_out_nothing_is_overwritten(search: Run) -> None:
    names = [search(*QUICK, "--json").records[-1]["search"] for _ in range(2)]
    assert names == [str(Path("searches", "search.jsonl")), str(Path("searches", "search-2.jsonl"))]


def test_run_that_diverges_is_told_and_no_failure(search: Run) -> None:
    result = search(*QUICK[:-2], "--optimizer", "sgd", "--vary", "learning-rate=0.01, 1000", "--out", "a.jsonl")
    assert result.code == 0
    problems = [r.problem for r in Journal.open("a.jsonl").results.values() if r.problem]
    assert result.out.count("failed") == len(problems)
    for problem in problems:
        assert problem in result.out


def test_finished_search_resumes_to_the_same_table(search: Run, nnapp: Run) -> None:
    first = search(*QUICK, "--out", "a.jsonl")
    before = Path("a.jsonl").read_bytes()
    again = nnapp("search", "--out", "a.jsonl", "--resume")
    assert again.code == 0, again.err
    assert "3 results of them from before" in again.out
    assert table_of(again.out) == table_of(first.out)
    assert Path("a.jsonl").read_bytes() == before


def test_half_written_line_is_told_and_done_again(search: Run) -> None:
    search(*QUICK, "--out", "a.jsonl")
    whole = Path("a.jsonl").read_bytes()
    Path("a.jsonl").write_bytes(whole[:-30])
    result = search(*QUICK, "--out", "a.jsonl", "--resume")
    assert result.code == 0
    assert "was only half written" in result.err
    assert len(Journal.open("a.jsonl").results) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "at least one setting that varies"),
        (("--vary", "l2"), "--vary must be the name of a setting, an equals sign and values; got 'l2'."),
        (("--vary", "seed=1,2"), "A setting to search must be one of"),
        (("--vary", "batch-size=60,000"), "without a comma for thousands"),
        ((*RATES, "--budget", "2"), "A budget needs random sampling"),
        ((*RATES, "--repeats", "0"), "Repeats must be"),
        ((*RATES, "--batch-size", "1000"), "Mini-batch size must be at most 180"),
        ((*RATES, "--workers", "0"), "Workers must be"),
        ((*RATES, "--config", "none.json"), "Cannot read none.json"),
        ((*RATES, "--out", "no/folder.jsonl"), "does not exist"),
        (("--resume",), "--out must name its journal"),
        (("--resume", "--out", "none.jsonl"), "Cannot read none.jsonl"),
        ((*RATES, "--executor", "json"), "must be a module, a colon and a callable"),
        ((*RATES, "--executor", "no_such_module:make"), "--executor must name a callable that can be imported"),
        ((*RATES, "--executor", "json:no_such_callable"), "--executor must name a callable that can be imported"),
        ((*RATES, "--executor", "json:loads"), ""),
        ((*RATES, "--executor", "executors_of_a_test:number"), "must return a concurrent.futures.Executor; got"),
    ],
)
def test_what_is_wrong_is_one_sentence(arguments: tuple[str, ...], sentence: str, nnapp: Run, data: Path) -> None:
    if not sentence:  # a callable that wants an argument is a bug of whoever wrote it
        with pytest.raises(TypeError, match="argument"):
            nnapp("search", "--data", data, *arguments)
        return
    result = nnapp("search", "--data", data, *arguments)
    assert result.code == 1
    assert sentence in result.err
    assert len([line for line in result.err.splitlines() if "warning" not in line]) == 1
    assert not Path("searches").exists()


def test_search_goes_on_with_its_own_plan_and_data(search: Run, nnapp: Run, tmp_path: Path) -> None:
    search(*QUICK, "--out", "a.jsonl")
    other_plan = search(*QUICK, "--repeats", "2", "--out", "a.jsonl", "--resume")
    assert (other_plan.code, "has its plan already" in other_plan.err) == (1, True)
    other_data = write_data_set(tmp_path / "other", first=3)
    other = nnapp("search", "--out", "a.jsonl", "--resume", "--data", other_data)
    assert (other.code, "must go on with the data it began with" in other.err) == (1, True)
    anew = search(*QUICK, "--out", "a.jsonl")
    assert (anew.code, "is there already" in anew.err) == (1, True)


@pytest.mark.parametrize("option", [("--vary", "l2=0, 1"), ("--epochs", "2")])
def test_options_over_a_file_of_another_form(option: tuple[str, str], search: Run) -> None:
    Path("c.json").write_text('{"vary": [1], "settings": [2]}')
    result = search("--config", "c.json", *option)
    assert (result.code, "in c.json must be an object; got [" in result.err) == (1, True)


LONG = ("--hidden", "24", "--batch-size", "5", "--epochs", "150", "--vary", "learning-rate=0.001..0.01:4:log")


def results_in(path: Path) -> int:
    return max(0, path.read_bytes().count(b"\n") - 1) if path.exists() else 0


def wait_for_results(path: Path, count: int) -> None:
    deadline = time.monotonic() + 30
    while results_in(path) < count:
        assert time.monotonic() < deadline, "no result came"
        time.sleep(0.005)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_killed_and_resumed_it_comes_to_the_same_table(nnapp: Run, data: Path, tmp_path: Path) -> None:
    """Killed after each of its first results by SIGKILL, which nothing can prepare for."""
    common = ("search", "--data", data, *LONG, "--workers", "2")
    whole = nnapp(*common, "--out", "whole.jsonl")
    journal = tmp_path / "killed.jsonl"
    for count, arguments in ((1, common), (2, ("search", "--resume", "--workers", "2"))):
        process = start_process(*arguments, "--out", "killed.jsonl", cwd=tmp_path)
        wait_for_results(journal, count)
        process.kill()
        process.communicate()
    assert 2 <= results_in(journal) < 4
    resumed = nnapp("search", "--out", "killed.jsonl", "--resume", "--workers", "2")
    assert resumed.code == 0, resumed.err
    columns = slice(0, 6)  # all but the seconds
    tables = [
        [line.split()[columns] for line in result.out.splitlines() if " % " in line] for result in (whole, resumed)
    ]
    assert len(tables[0]) == 4
    assert tables[0] == tables[1]
    assert len(journal.read_bytes().splitlines()) == 1 + 4


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_interrupted_it_says_how_to_go_on(data: Path, tmp_path: Path, nnapp: Run) -> None:
    split = ("--data", str(data), "--split-seed", "3")
    process = start_process("search", *split, *LONG, "--workers", "1", "--out", "my search.jsonl", cwd=tmp_path)
    wait_for_results(tmp_path / "my search.jsonl", 1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    command = f"nnapp search --out 'my search.jsonl' --resume --data {data} --split-seed 3 --workers 1"
    assert err.splitlines()[-1] == f"nnapp: Stopped on request. `{command}` goes on."
    assert "not finished" not in out
    assert 1 <= len(Journal.open(tmp_path / "my search.jsonl").results) < 4
    assert nnapp("search", "--out", "my search.jsonl", "--resume").code == 0
    assert len(Journal.open("my search.jsonl").results) == 4
