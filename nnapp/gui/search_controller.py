"""Shows nothing itself: plans, runs, pauses, ends and opens grid searches, and tells the windows what comes of them."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from pathlib import Path

from nnapp.display.search_wording import runs_line
from nnapp.errors import DataError, NnappError
from nnapp.gui.commands import CommandTable
from nnapp.gui.dialogs import ask_choice
from nnapp.gui.job_board import JobBoard
from nnapp.gui.log_view import LogView
from nnapp.gui.search_events import SearchEvents
from nnapp.gui.search_files import ask_new_search_file, ask_search_file, free_search_file
from nnapp.gui.search_presenter import SearchPresenter
from nnapp.gui.search_runner import SearchRunner
from nnapp.gui.search_session import SearchSession
from nnapp.gui.search_setup_window import SearchSetupWindow, SetupEvents
from nnapp.gui.style import Style
from nnapp.jobs import Ended
from nnapp.search.data_facts import DataFacts
from nnapp.search.journal import Journal
from nnapp.search.plan import SearchPlan
from nnapp.storage.dataset import Dataset
from nnapp.storage.preferences import Preferences

__all__ = ["SearchController"]

_NO_DATA = "There must be a data set first: choose one from the menu Data."


class SearchController:
    """One grid search at a time. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    style : Style
    preferences : Preferences
        Know where files were looked for last.
    commands : CommandTable
        Has the commands of the menu Search.
    board : JobBoard
    log : LogView
    events : SearchEvents
    """

    def __init__(
        self,
        root: tk.Tk,
        style: Style,
        preferences: Preferences,
        commands: CommandTable,
        board: JobBoard,
        log: LogView,
        events: SearchEvents,
    ) -> None:
        self._root = root
        self._style = style
        self._preferences = preferences
        self._commands = commands
        self._log = log
        self._events = events
        self._setup: SearchSetupWindow | None = None
        self._shown = SearchPresenter(root, style, commands, log, self.load, events.on_state)
        self._runner = SearchRunner(board, self._shown.take, self._show_progress, self._end)
        self._is_done = False
        self._begun: SearchPlan | None = None

    @property
    def is_running(self) -> bool:
        """Whether a search goes on, paused or not."""
        return self._runner.is_running

    def enable_commands(self) -> None:
        """Make available what can be done now, and call it by its name."""
        has_data = self._events.read_dataset() is not None
        can_resume = self._session is not None and not self._is_done and has_data
        enabled = {
            "configure-search": has_data,
            "open-search": not self.is_running,
            "search-pause": self.is_running or can_resume,
            "search-cancel": self.is_running,
            "search-load": self._shown.has_network,
        }
        for name, is_enabled in enabled.items():
            self._commands.enable(name, is_enabled)
        is_going_on = self._session is None or self._is_done or (self.is_running and not self._runner.is_paused)
        self._commands.label("search-pause", "Pause Search" if is_going_on else "Resume Search")

    # What people do -------------------------------------------------------------------------------

    def configure(self) -> None:
        """Show the window that asks for a plan."""
        if self._setup is None:
            events = SetupEvents(self._events.read_settings, self._check_plan, self._begin, self._ask_for_new_file)
            self._setup = SearchSetupWindow(self._root, self._style, events)
            self._commands.listen_in(self._setup)
            if self._session is not None:
                self._setup.show_plan(self._session.plan)
        self._setup.open(free_search_file(self._preferences))

    def run(self) -> None:
        """Begin the search that is configured, if there is a new plan; show how the present one goes otherwise."""
        plan = None if self._setup is None else self._setup.read_plan()
        if self._setup is not None and plan is not None and plan.axes and not self.is_running and plan != self._begun:
            self._setup.invoke_run()
        else:
            self._shown.open()

    def ask_and_open(self) -> None:
        """Ask for the file of a search and show it."""
        path = ask_search_file(self._shown.parent, self._preferences)
        if path is not None:
            self._telling(lambda: self.open(path))

    def open(self, path: Path) -> None:
        """Show a search that is kept in a file, done or not.

        Raises
        ------
        NnappError
            If it is no such file; what is shown stays.
        """
        journal = Journal.open(path)
        self._show_session(SearchSession(journal))
        if journal.note:
            self._log.warning(journal.note)
        if not self._is_done:
            self._say(f"{journal.note} This search is not done. Resume (F6) goes on where it ended.".strip())

    def pause_or_resume(self) -> None:
        """Begin no more runs, or go on; a search that was opened or cancelled goes on too."""
        if not self.is_running:
            self._telling(self._resume_session)
            return
        self._runner.pause_or_resume()
        self._show_progress()
        self._events.on_state()

    def cancel(self) -> None:
        """End the search; what is done stays in its file."""
        if self.is_running:
            self._runner.cancel()
            self._say("Cancelling…")

    def load_selected(self) -> None:
        """Load the network and settings of the selected row into the training window, of the best without one."""
        number = self._shown.chosen
        if number is not None:
            self.load(number)

    def load(self, number: int) -> None:
        """Load the best run of a configuration into the training window."""
        entry, session = self._shown.entry(number), self._session
        if entry is None or session is None:
            return
        if entry.best_run is None:
            self._say(f"No. {number} has no network yet: none of its runs is done.", "error")
            return
        self._root.lift()  # the question about unsaved work would be behind the window of the search
        self._say("")
        is_loaded = False
        try:
            is_loaded = self._events.load_network(session.network_path(entry.best_run.run))
        except NnappError as error:
            self._say(str(error), "error")
        if is_loaded:
            self._say(f"No. {number} is loaded into the training window.", "success")
        else:
            self._shown.parent.lift()

    def may_close(self) -> bool:
        """Return whether the program may end: no search goes on, or the person has said so."""
        if self._session is None or not self.is_running:
            return True
        answer = ask_choice(
            self._root,
            self._style,
            title="End the grid search?",
            message="A grid search goes on. End it?",
            detail=f"The runs that are done are kept in {self._session.path.name}. Open that file to go on later; only "
            "the runs under way are begun again.",
            choices={"end": "End it", "cancel": "Cancel"},
            cancel="cancel",
        )
        return answer == "end"

    def close(self) -> None:
        """Show nothing any more; the window ends the search with all other jobs."""
        self._shown.stop()

    # What goes on ---------------------------------------------------------------------------------

    def _begin(self, plan: SearchPlan, path: Path) -> None:
        """Begin a search with a new file."""
        if self.is_running:
            raise DataError("There can be one grid search at a time; cancel the one that goes on first.")
        dataset = self._need_dataset()
        journal = Journal.create(path, plan, DataFacts.of(dataset))
        self._preferences.last_folder = str(path.parent)
        self._begun = plan
        self._show_session(SearchSession(journal))
        line = runs_line(plan.n_configurations, plan.repeats, plan.n_runs, plan.settings.epochs)
        self._log.info(f"Grid search over {line}; the results go to {path}.")
        self._start(journal, dataset)

    def _resume_session(self) -> None:
        if self._session is None or self._is_done:
            return
        dataset = self._need_dataset()
        # Read anew: what was written since is another thread's.
        journal = Journal.open(self._session.path)
        self._show_session(SearchSession(journal))
        self._log.info(f"Grid search resumed from {self._session.path}.")
        self._start(journal, dataset)

    def _start(self, journal: Journal, dataset: Dataset) -> None:
        self._runner.start(journal, dataset)
        self._say("")
        self._shown.follow()
        self._show_progress()
        self._events.on_state()

    def _end(self, ended: Ended) -> None:
        self._shown.stop()
        self._is_done = ended.outcome == "finished"
        self._shown.refresh()
        path = "" if self._session is None else self._session.path
        if ended.outcome == "failed":
            self._say(ended.sentence, "error")
            self._log.error(f"Grid search: {ended.sentence}")
            if ended.details:
                self._log.detail(ended.details)
        elif self._is_done:
            self._say(
                "Done. A double click on a row loads its network and settings into the training window.", "success"
            )
            self._log.success(f"Grid search done; all of it is in {path}.")
        else:
            self._say("Cancelled. What is done is kept; Resume (F6) goes on.")
            self._log.info(f"Grid search cancelled; what is done is kept in {path}.")
        self._show_progress()
        self._events.on_state()

    @property
    def _session(self) -> SearchSession | None:
        return self._shown.session

    def _show_session(self, session: SearchSession) -> None:
        self._is_done = session.is_done
        self._shown.show_session(session)
        self._show_progress()
        self._events.on_state()

    def _show_progress(self) -> None:
        runner = self._runner
        self._shown.show_progress(runner.waiting, is_paused=runner.is_paused, is_done=self._is_done)

    def _say(self, sentence: str, kind: str = "info") -> None:
        self._shown.say(sentence, kind)

    def _telling(self, action: Callable[[], None]) -> None:
        """Do something, and say what is wrong with it in the window too, not only in the log."""
        try:
            action()
        except NnappError as error:
            self._say(str(error), "error")
            raise

    def _check_plan(self, plan: SearchPlan) -> None:
        dataset = self._events.read_dataset()
        if dataset is not None:
            plan.check_images(dataset.training_labels)

    def _need_dataset(self) -> Dataset:
        dataset = self._events.read_dataset()
        if dataset is None:
            raise DataError(_NO_DATA)
        return dataset

    def _ask_for_new_file(self, name: str) -> Path | None:
        return ask_new_search_file(self._setup or self._root, self._preferences, name)
