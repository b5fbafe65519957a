"""Grid searches as a person at the training window has them: planned, run, paused, cancelled, opened and resumed."""

from __future__ import annotations

import json
import subprocess
import sys
import tkinter as tk
from collections.abc import Callable
from pathlib import Path

import pytest
from support.training_window import TrainingWindowUser as User

from nnapp.gui.search_setup_window import SearchSetupWindow
from nnapp.gui.search_window import SearchWindow
from nnapp.search.journal import Journal

pytestmark = pytest.mark.usefixtures("search_in_a_thread")


def window(user: User) -> SearchWindow:
    return next(found for found in user.root.winfo_children() if isinstance(found, SearchWindow))


def setup_window(user: User) -> SearchSetupWindow:
    return next(found for found in user.root.winfo_children() if isinstance(found, SearchSetupWindow))


def configure(user: User, epochs: str = "1", **texts: str) -> SearchSetupWindow:
    """Open the window and type into it."""
    user.press("ctrl+g")
    user.wait_until(lambda: any(isinstance(found, SearchSetupWindow) for found in user.windows()))
    asked = setup_window(user)
    user.wait_until(lambda: str(user.root.focus_get()).startswith(str(asked)))
    fields = {name: field.input for name, field in asked.axes.fields.items()} | {
        name: field.input for name, field in asked.options.fields.items()
    }
    for name, text in {"hidden": "4; 8", "epochs": epochs, **texts}.items():
        fields[name].focus_set()
        user.press("ctrl+a", "BackSpace")
        user.xdo.type(text)
    return asked


def search(user: User, **texts: str) -> Path:
    """Run a search to its end, and return its file."""
    path = Path(configure(user, **texts).file.get())
    user.press("Return")
    user.wait_until(lambda: "Done." in window(user).read_message())
    return path


def table(user: User) -> list[str]:
    rows = window(user).table.rows
    return [rows.set(row, "state") for row in rows.get_children()]


def test_grid_search_is_not_loaded_before_it_is_wanted() -> None:
    """The window would be there a tenth later."""
    code = (
        "import sys, nnapp.gui.training_app\nprint([name for name in sys.modules if name.startswith('nnapp.search')])"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"[]"


def test_a_search_from_the_menu_to_the_table(user: User) -> None:
    user.choose("Search", "Configure Grid Search…")
    user.wait_until(lambda: any(isinstance(found, SearchSetupWindow) for found in user.windows()))
    path = search(user, repeats="2")

    assert table(user) == ["done", "done"]
    assert window(user).read_progress() == "4 of 4 runs done"
    assert window(user).title() == "search.jsonl – Grid Search"
    assert f"Grid search over 2 configurations × 2 repeats = 4 runs of 1 epoch; the results go to {path}." in user.log
    assert "Grid search, best so far: no. " in user.log
    assert "± " in user.log
    assert len(Journal.open(path).results) == 4
    assert not user.app.commands.is_enabled("search-pause")


def test_double_click_loads_network_and_settings(user: User) -> None:
    path = search(user, learning_rate="0.01, 0.02")
    rows = window(user).table.rows
    number = next(row for row in rows.get_children() if rows.set(row, "hidden") == "8")
    x, y, _, height = rows.bbox(number, "number")
    user.xdo.click(rows, x + 5, y + height // 2, count=2)
    user.wait_until_idle()

    network, settings = user.session.network, user.app.window.settings.read_settings()
    assert network.layer_sizes[1:-1] == settings.hidden == (8,)
    assert f"{settings.learning_rate:g}" == rows.set(number, "learning_rate")
    assert settings.epochs == 1
    assert user.session.path is None, "the file of the search is not written to"
    assert not user.session.is_changed
    assert Path(path.parent, "search.networks").is_dir()
    assert "is loaded into the training window" in window(user).read_message()


def test_unsaved_work_is_asked_about_before_it_is_lost(user: User) -> None:
    user.train(epochs="1")
    network = user.session.network
    search(user)
    window(user).withdraw()
    with user.answering("Escape", once="Save the changes"):
        user.app.search.controller.load_selected()
    assert user.session.network is network


def test_a_run_that_came_to_nothing_is_told_with_the_reason(user: User, tmp_path: Path) -> None:
    first, done, *_ = search(user).read_text("utf-8").splitlines()
    failed = json.loads(done) | {"problem": "The run diverged.", "validation_error": None, "validation_loss": None}
    other = tmp_path / "other.jsonl"
    other.write_text(f"{first}\n{json.dumps(failed)}\n", "utf-8")

    user.answer_files(other)
    user.press("ctrl+shift+o")
    user.wait_until(lambda: window(user).title().startswith("other"))
    assert sorted(table(user)) == ["failed", "waiting"]
    assert user.log.count(f"Grid search, no. {failed['configuration']}: The run diverged.") == 1
    user.press("F6")
    user.wait_until(lambda: "Done." in window(user).read_message())
    assert user.log.count("The run diverged.") == 1, "not once more whenever the table is written"


def test_the_question_about_unsaved_work_is_not_behind_the_search(user: User) -> None:
    user.train(epochs="1")
    search(user)
    found, above = window(user), []

    def look(question: tk.Toplevel) -> None:
        above.append(user.root.tk.call("wm", "stackorder", question, "isabove", found))
        question.destroy()

    def look_once_asked() -> None:
        asked = [asked for asked in user.windows() if asked.title() == "Save changes?"]
        user.root.after(200, lambda: look(asked[0]) if asked else look_once_asked())

    look_once_asked()
    user.xdo.click(found.table.rows, 100, 40)
    user.press("ctrl+l")
    user.wait_until(lambda: above)
    assert above == [1]
    user.wait_until(lambda: user.root.tk.call("wm", "stackorder", found, "isabove", user.root))


def test_it_is_paused_resumed_and_cancelled(user: User) -> None:
    configure(user, epochs="60", learning_rate="0.001 to 0.01, 40 values")
    user.press("Return")
    user.wait_until(lambda: user.app.search.controller.is_running and "under way" in window(user).read_progress())
    user.press("F6")
    user.wait_until(lambda: window(user).read_progress().endswith("done, paused"))
    assert "Resume Search" in user.texts(window(user))
    paused = window(user).read_progress()
    user.press("F6")
    user.wait_until(lambda: "paused" not in window(user).read_progress() and window(user).read_progress() != paused)
    user.press("shift+F6")
    user.wait_until(lambda: not user.app.search.controller.is_running)
    assert "Cancelled. What is done is kept" in window(user).read_message()
    assert user.app.commands.is_enabled("search-pause")


def test_an_unfinished_search_is_opened_and_resumed(user: User, tmp_path: Path) -> None:
    path = search(user, learning_rate="0.01, 0.02")
    lines = path.read_bytes().splitlines(keepends=True)
    other = tmp_path / "other.jsonl"
    other.write_bytes(b"".join(lines[:3]) + lines[3][:20])  # two results, and a third that was half written

    user.answer_files(other)
    user.press("ctrl+shift+o")
    user.wait_until(lambda: window(user).title().startswith("other"))
    assert sorted(table(user)) == ["done", "done", "waiting", "waiting"]
    assert "only half written" in user.log
    assert "Resume (F6) goes on" in window(user).read_message()
    user.press("F6")
    user.wait_until(lambda: "Done." in window(user).read_message())
    assert table(user) == ["done"] * 4
    assert Journal.open(other).results.keys() == Journal.open(path).results.keys()


def test_files_that_are_none_are_refused_in_a_sentence(user: User, tmp_path: Path) -> None:
    path = search(user)
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n")
    user.answer_files(bad)
    user.press("ctrl+shift+o")
    user.wait_for_log("bad.jsonl")
    assert window(user).title().startswith(path.name), "what is shown stays"


def test_a_search_of_other_data_is_shown_but_not_resumed(user: User, other_data: Path, tmp_path: Path) -> None:
    path = search(user)
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    user.open_data(other_data)
    user.wait_until(lambda: user.app.data.dataset.n_classes == 3)
    user.answer_files(cut)
    user.press("ctrl+shift+o")
    user.wait_until(lambda: window(user).title().startswith("cut"))
    user.press("F6")
    user.wait_for_log("A search must go on with the data it began with")
    assert not user.app.search.controller.is_running


def test_the_window_without_a_search_says_what_to_do(user: User) -> None:
    user.press("ctrl+shift+g")
    user.wait_until(lambda: any(isinstance(found, SearchWindow) for found in user.windows()))

    assert any("Choose Configure (Ctrl+G)" in text for text in user.texts(window(user)))
    assert not user.app.commands.is_enabled("search-load")


def test_run_begins_what_is_configured(user: User) -> None:
    asked = configure(user)
    user.press("Escape")
    user.wait_until(lambda: not asked.winfo_viewable())
    user.press("ctrl+shift+g")
    user.wait_until(lambda: "Done." in window(user).read_message())
    user.press("ctrl+shift+g")  # the same is not run twice
    assert not user.app.search.controller.is_running


def test_closing_asks_while_a_search_runs(user: User) -> None:
    configure(user, epochs="60", learning_rate="0.001 to 0.01, 40 values")
    user.press("Return")
    user.wait_until(lambda: user.app.search.controller.is_running)
    window(user).withdraw()
    with user.answering("Escape", once="Open that file to go on later") as said:
        user.app.close()
    assert "A grid search goes on. End it?" in said
    assert not user.is_closed
    with user.answering("Return", once="End it?"):
        user.app.close()
    assert user.is_closed


def test_there_is_nothing_to_configure_without_data(new_user: Callable[[], User]) -> None:
    user = new_user()
    user.press("ctrl+g")

    assert not [found for found in user.root.winfo_children() if isinstance(found, tk.Toplevel) and found.title()]
    assert not user.app.commands.is_enabled("configure-search")
