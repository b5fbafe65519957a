"""What tells that each command of the menu Search has happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from support.training_window import TrainingWindowUser

from nnapp.gui.search_setup_window import SearchSetupWindow
from nnapp.gui.search_window import SearchWindow

_FIELDS = {"hidden": "4; 8", "learning_rate": "0.001 to 0.01, 40 values"}


def search_effects(user: TrainingWindowUser, folder: Path) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield each command, in an order in which each has an effect, with what tells that it happened."""
    app = user.app

    def window(kind: type[Any]) -> Any:
        return next((found for found in user.root.winfo_children() if isinstance(found, kind)), None)

    def put_away(kind: type[Any]) -> None:
        window(kind).withdraw()
        user.wait_until(lambda: not user.windows())
        user.root.focus_force()

    yield "configure-search", lambda: user.windows()
    setup = window(SearchSetupWindow)
    for name, text in _FIELDS.items():
        setup.axes.fields[name].input.delete(0, "end")
        setup.axes.fields[name].input.insert(0, text)
    setup.options.fields["epochs"].show_value(20)
    setup.file.set(str(folder / "a.jsonl"))
    put_away(SearchSetupWindow)
    yield "run-search", lambda: app.search.controller.is_running and app.commands.is_enabled("search-load")
    put_away(SearchWindow)
    yield "search-pause", lambda: window(SearchWindow).read_progress().endswith("done, paused")
    yield "search-cancel", lambda: not app.search.controller.is_running
    before = user.session.network
    yield "search-load", lambda: user.is_idle and user.session.network is not before
    (folder / "a.jsonl").rename(folder / "b.jsonl")
    user.answer_files(folder / "b.jsonl")
    yield "open-search", lambda: window(SearchWindow).title().startswith("b.jsonl")
    put_away(SearchWindow)
