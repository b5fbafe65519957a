"""Shows how a grid search stands: keeps its window up with it, and tells the log of each new best configuration."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from math import inf

from nnapp.display.search_entry import SearchEntry
from nnapp.display.search_wording import progress_line
from nnapp.gui.commands import CommandTable
from nnapp.gui.log_view import LogView
from nnapp.gui.poller import Poller
from nnapp.gui.search_session import SearchSession, best_sentence
from nnapp.gui.search_window import SearchWindow
from nnapp.gui.style import Style
from nnapp.search.results import RunResult
from nnapp.search.search import Waiting

__all__ = ["SearchPresenter"]

_REFRESH_MS = 150
"""Runs of tiny networks end by the dozen; the table is written this often at most."""


class SearchPresenter:
    """The window of one search, open or not. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    style : Style
    commands : CommandTable
    log : LogView
    on_open : callable (int)
        As for `SearchWindow`.
    on_news : callable ()
        There is a first network to load.

    Attributes
    ----------
    session : SearchSession or None
        What is shown.
    """

    def __init__(
        self,
        root: tk.Tk,
        style: Style,
        commands: CommandTable,
        log: LogView,
        on_open: Callable[[int], None],
        on_news: Callable[[], None],
    ) -> None:
        self.session: SearchSession | None = None
        self._root = root
        self._style = style
        self._commands = commands
        self._log = log
        self._on_open = on_open
        self._on_news = on_news
        self._window: SearchWindow | None = None
        self._entries: list[SearchEntry] = []
        self._told_best: tuple[int, float | None] | None = None
        self._told_problem = False
        self._is_stale = False
        self._poller = Poller(root, self._refresh_if_stale, _REFRESH_MS)

    @property
    def parent(self) -> tk.Misc:
        """Over which a dialog comes up, or it would be behind the window it was asked for in."""
        window = self._window
        return window if window is not None and window.winfo_viewable() else self._root

    @property
    def has_network(self) -> bool:
        """Whether a network is there to be loaded."""
        return any(entry.best_run is not None for entry in self._entries)

    @property
    def chosen(self) -> int | None:
        """Number of the first selected configuration, else of the best one; None if there is nothing to choose."""
        selected = self._window.table.selected if self._window is not None else ()
        if selected:
            return selected[0]
        known = [entry for entry in self._entries if entry.best_run is not None]
        known.sort(key=lambda entry: (not entry.is_best, inf if entry.error is None else entry.error))
        return known[0].number if known else None

    def entry(self, number: int) -> SearchEntry | None:
        """Return a configuration by its number, None if there is no such."""
        return next((entry for entry in self._entries if entry.number == number), None)

    def open(self) -> SearchWindow:
        """Show the window, whatever is in it."""
        if self._window is None:
            self._window = SearchWindow(self._root, self._style, self._commands, self._on_open)
        self._window.open()
        return self._window

    def show_session(self, session: SearchSession) -> None:
        """Show another search, or the same anew."""
        before, self.session = self.session, session
        is_other = before is None or (before.path, before.plan) != (session.path, session.plan)
        window = self.open()
        if is_other:
            self._told_best, self._told_problem = None, False
            window.show_search(str(session.path), session.axes)
        self.say("")
        self.refresh()

    def follow(self) -> None:
        """Show results as they come, until `stop`."""
        self._poller.start()

    def stop(self) -> None:
        """Show nothing more by itself."""
        self._poller.stop()

    def take(self, result: RunResult) -> None:
        """Take a result in, which is shown soon."""
        if self.session is not None:
            self.session.take(result)
            self._is_stale = True

    def refresh(self) -> None:
        """Write the table anew, and tell a new best one and the first problem."""
        self._is_stale = False
        if self.session is None or self._window is None:
            return
        had_network = self.has_network
        self._entries = self.session.entries()
        self._window.show_entries(self._entries)
        best = next((entry for entry in self._entries if entry.is_best), None)
        if best is not None and (best.number, best.error) != self._told_best:
            self._told_best = best.number, best.error
            self._log.info(f"Grid search, best so far: {best_sentence(best, len(best.runs))}.")
        failed = next((entry for entry in self._entries if entry.problem), None)
        if failed is not None and not self._told_problem:
            self._told_problem = True
            self._log.warning(f"Grid search, no. {failed.number}: {failed.problem}")
            self.say(f"No. {failed.number}: {failed.problem}", "error")
        if not had_network:
            self._on_news()

    def show_progress(self, waiting: Waiting | None, *, is_paused: bool, is_done: bool) -> None:
        """Show how far the search is; `waiting` is what it says itself while it runs."""
        if self._window is None or self.session is None:
            return
        n_done, n_runs = self.session.n_done, self.session.plan.n_parts
        if is_done:  # with successive halving, fewer runs go on where some fail
            n_runs = n_done
        n_running, seconds_left = 0, None
        if waiting is not None:
            n_done, n_runs = waiting.n_done, waiting.n_runs
            n_running, seconds_left = waiting.n_running, waiting.seconds_left
        line = progress_line(n_done, n_runs, n_running, seconds_left, is_paused=is_paused)
        self._window.show_progress(line, n_done / n_runs)

    def say(self, sentence: str, kind: str = "info") -> None:
        """Say something in the window, as `SearchWindow.show_message` does, if there is a window."""
        if self._window is not None:
            self._window.show_message(sentence, kind)

    def _refresh_if_stale(self) -> None:
        if self._is_stale:
            self.refresh()
