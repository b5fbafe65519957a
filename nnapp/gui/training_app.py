"""Shows the training window, and connects its parts."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nnapp.display.wording import description
from nnapp.engine.settings import Settings
from nnapp.errors import NetworkError, NnappError, SettingError
from nnapp.gui.augmentation_preview_controller import AugmentationPreviewController
from nnapp.gui.commands import CommandTable
from nnapp.gui.data_controller import DataController, DataEvents
from nnapp.gui.data_in_training import lower_batch_size, show_dataset, warn_of_split
from nnapp.gui.evaluation_controller import EvaluationController
from nnapp.gui.exports_controller import ExportsController
from nnapp.gui.help_window import HelpWindow
from nnapp.gui.job_board import JobBoard
from nnapp.gui.look_controller import LookController
from nnapp.gui.network_files_controller import NetworkFilesController
from nnapp.gui.run_controller import RunController
from nnapp.gui.search_door import SearchDoor
from nnapp.gui.search_events import SearchEvents
from nnapp.gui.snapshot_dialog import SnapshotDialog
from nnapp.gui.start import place_root, run_until_closed
from nnapp.gui.structure_lines import structure_lines
from nnapp.gui.style import Style
from nnapp.gui.testing_process import open_testing_window
from nnapp.gui.training_commands import TRAINING_COMMANDS
from nnapp.gui.training_session import TrainingSession
from nnapp.gui.training_window import TrainingWindow, WindowEvents
from nnapp.storage.dataset import DataChoice, Dataset
from nnapp.storage.preferences import Preferences, load_preferences, save_preferences
from nnapp.storage.training_records import recorded_history, recorded_settings

if TYPE_CHECKING:
    from nnapp.gui.search_controller import SearchController

__all__ = ["TrainingApp", "main"]

_NAME = "training"
_END_TIMEOUT_S = 1.0
"""How long a job that is writing a file may take to finish when the window closes."""

_SAVE_TIMEOUT_S = 5.0
"""How long a step of training may take to finish before its network can be saved."""

_NO_DATA = "There are no images yet. Choose some in the menu Data."
_NOT_EVALUATED = "Not evaluated yet. Choose Evaluate (Ctrl+E) to see what this network gets right."
_NO_HISTORY = "The file {} tells nothing of its network’s training. Train it, and its losses appear here."
_FIRST_STEPS = "Press Train (F5): a network is made by the parameters on the left, learns, and is tested."


class TrainingApp:
    """The training window of one process. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    preferences : Preferences
        Changed as the person changes the look, and saved at the end.
    """

    def __init__(self, root: tk.Tk, preferences: Preferences) -> None:
        self.root = root
        self._preferences = preferences
        theme, colors = preferences.theme, preferences.colors
        self.style = Style(root, cast(Any, theme), cast(Any, colors), preferences.scale)
        self.look = LookController(self.style, preferences)
        self.session = TrainingSession()
        self.exports = ExportsController(root, preferences, lambda: self.window)
        self.commands = CommandTable(root, self.style, TRAINING_COMMANDS, self._handlers())
        events = WindowEvents(
            on_settings=self._on_settings,
            check_settings=self.session.check_settings,
            on_open_cell=lambda actual, predicted: self.evaluations.open_cell(actual, predicted),
            on_split=self._safely(self._on_split),
            on_save_graph=lambda file_format: self.exports.save_graph(file_format),
            on_save_log=lambda text: self.exports.save_log(text),
            on_wish_weights=lambda: self.runs.ask_for_weights(),
        )
        self.board = JobBoard(root)
        self.window = TrainingWindow(root, self.style, self.commands, events)
        self.augmentation = AugmentationPreviewController(root, self.style, self.session, self.window.settings)
        self.runs = RunController(
            self.session, self.window, self.board, self._show_state, self._on_progress, self._on_run_end
        )
        self.evaluations = EvaluationController(
            self.session, self.window, self.board, self.style, self._safely(self._on_open_image), self._show_state
        )
        self.data = DataController(
            root, self.style, preferences, self.commands, self.board, self.window.notice, self._data_events()
        )
        self.files = NetworkFilesController(
            root,
            self.style,
            self.session,
            preferences,
            self.commands,
            self.window.log,
            self.board,
            halt_run=lambda: self.runs.halt(_SAVE_TIMEOUT_S),
            is_running=lambda: self.runs.state != "idle",
            on_loaded=self._on_loaded,
            on_saved=self._show_state,
        )
        self.search = SearchDoor(self.commands, lambda: self.data.dataset is not None, self._new_search)
        self._pending_network: str | None = None
        self._progress_share: float | None = None
        self._prepare_window()
        self._show_state()

    def start(self, network: str | None, data: DataChoice | None) -> None:
        """Load the data set, then the network if there is one."""
        self._pending_network = network
        self.data.start(data)

    def close(self) -> None:
        """End the program, after asking about a network that would be lost."""
        if not (self.search.may_close() and self.files.may_lose_network()):
            return
        self._preferences.windows[_NAME] = self.root.geometry()
        self._preferences.verbose = self.window.log.is_verbose
        save_preferences(self._preferences)
        self.search.close()
        self.board.stop_all(_END_TIMEOUT_S)
        self.root.destroy()

    def _prepare_window(self) -> None:
        preferences = self._preferences
        self.look.show_in(self.commands)
        self.window.log.set_verbose(preferences.verbose)
        place_root(self.root, preferences.windows.get(_NAME))
        self.root.protocol("WM_DELETE_WINDOW", self.close)

    def _handlers(self) -> dict[str, Callable[..., None]]:
        handlers: dict[str, Callable[..., object]] = {
            "load": lambda: self.files.ask_and_load(),
            "recent": lambda path: self.files.load_recent(path),
            "save": lambda: self.files.save(),
            "save-as": lambda: self.files.ask_and_save(),
            **DataController.handlers(lambda: self.data),
            "quit": self.close,
            "initialise": self._on_initialise,
            "randomise": lambda: self.window.settings.randomise_seed(),
            "test": lambda: self._on_open_image("test", None),
            "train": self._on_train,
            "step": self._on_step,
            "stop": lambda: self.runs.stop(),
            "train-saving": self._on_train_saving,
            "augmentation-preview": lambda: self.augmentation.open(),
            "evaluate": self._on_evaluate,
            **SearchDoor.handlers(lambda: self.search),
            **self.exports.handlers(),
            "help": self._on_help,
            **self.look.handlers(),
        }
        return {name: self._safely(handler) for name, handler in handlers.items()}

    def _safely(self, handler: Callable[..., object]) -> Callable[..., None]:
        """Return the handler with expected problems told in the window."""

        def call(*arguments: Any) -> None:
            try:
                handler(*arguments)
            except SettingError as error:
                self.window.settings.show_error(error)
                self.window.log.error(str(error))
            except NnappError as error:
                self.window.log.error(str(error))

        return call

    # What people do -------------------------------------------------------------------------------

    def _on_settings(self) -> None:
        if self.runs.state == "idle":
            lower_batch_size(self.session, self.window)
        self.runs.apply_changes()
        self._show_state()

    def _on_initialise(self) -> None:
        settings = self.window.settings.read_settings()
        if self.files.may_lose_network():
            self._initialise(settings)

    def _initialise(self, settings: Settings) -> None:
        network = self.session.initialise(settings)
        self.window.log.info(f"New network with seed {settings.seed}: {description(network)}.")
        self._on_new_network()

    def _on_train(self) -> None:
        if self.runs.state == "idle":
            self._start_run()
        else:
            self.runs.pause_or_resume()

    def _on_step(self) -> None:
        if self.runs.state == "idle":
            self._start_run(steps=True)
        else:
            self.runs.step()

    def _on_train_saving(self) -> None:
        settings = self.window.settings.read_settings()
        if not self._has_fitting_network():
            return
        folder = self._preferences.last_folder or Path.cwd()
        base = self.session.path or str(Path(folder, self.session.suggested_name))
        plan = SnapshotDialog(self.root, self.style, base, settings.epochs).ask()
        if plan is not None:
            self._start_run(plan=plan)

    def _has_fitting_network(self) -> bool:
        """Return whether the network can learn the data, after making a new one for them if the person agrees."""
        misfit = self.session.misfit
        if misfit and self.files.may_replace_network(misfit):
            self._initialise(self.window.settings.read_settings())
        return not self.session.misfit

    def _start_run(self, **options: Any) -> None:
        if not self._has_fitting_network():
            return
        self.runs.start(**options)
        self.evaluations.show_nothing("The network is being trained. It is evaluated when the run ends.")

    def _on_evaluate(self) -> None:
        self.evaluations.start()

    def _on_split(self) -> None:
        if self.runs.state == "idle":  # at its end a run is evaluated on what is chosen then
            self.evaluations.start()

    def _on_open_image(self, split: str, index: int | None) -> None:
        network, dataset = self.session.network, self.session.dataset
        if network is not None and dataset is not None:
            open_testing_window(network, self.session.metadata, self.session.name, dataset.choice, split, index)

    def _on_help(self) -> None:
        HelpWindow(self.root, self.style, "nnapp training: help", self.commands.help_rows())

    def _new_search(self) -> SearchController:
        from nnapp.gui.search_controller import SearchController

        events = SearchEvents(
            read_settings=self.window.settings.read_settings,
            read_dataset=lambda: self.data.dataset,
            load_network=self._load_result,
            on_state=self._show_state,
        )
        return SearchController(
            self.root, self.style, self._preferences, self.commands, self.board, self.window.log, events
        )

    def _load_result(self, path: Path) -> bool:
        """Load a network that belongs to a search, unless the person keeps the present one."""
        if self.runs.state != "idle":
            raise NetworkError("The training window is training; stop that (Shift+F5) or wait for its end, then load.")
        return self.files.load_result(path)

    # What happens in the background ----------------------------------------------------------------

    def _data_events(self) -> DataEvents:
        window = self.window
        return DataEvents(
            on_loaded=self._on_data,
            on_end=self._on_data_end,
            on_state=self._show_state,
            show_busy=window.progress.show_busy,
            show_idle=lambda: window.progress.show_idle(""),
            inform=window.log.info,
            warn=window.log.warning,
            complain=window.log.error,
            complain_at_length=window.log.error,
        )

    def _on_data(self, dataset: Dataset) -> None:
        session, window = self.session, self.window
        session.set_dataset(dataset)
        self.runs.forget_speed()
        show_dataset(session, window, dataset)
        if session.network is None and self._pending_network is None:
            window.log.info(_FIRST_STEPS)
        window.settings.recheck()
        lower_batch_size(self.session, self.window)
        self.evaluations.show_nothing("Not evaluated yet. Train or load a network, then choose Evaluate (Ctrl+E).")
        self._show_state()

    def _on_data_end(self) -> None:
        if self.session.dataset is None:
            self.window.matrix.show_empty(_NO_DATA)
        if self._pending_network is not None:
            path, self._pending_network = self._pending_network, None
            # Not from within the board, which would hand on nothing while a question about the network is shown.
            self.root.after_idle(self._safely(self.files.load), path)

    def _on_progress(self, share: float) -> None:
        self._progress_share = share
        self._show_title()

    def _on_run_end(self) -> None:
        self._progress_share = None
        self._safely(self.evaluations.start)()
        self._show_state()

    def _on_loaded(self) -> None:
        panel = self.window.settings
        if self.session.network is not None:
            present = panel.read_settings() if panel.is_valid else None
            panel.show_settings(recorded_settings(self.session.network, self.session.metadata, present))
            lower_batch_size(self.session, self.window)
        history = recorded_history(self.session.metadata)
        if not history:  # the curves that are there are of another network
            self.window.graph.show_empty(_NO_HISTORY.format(self.session.name))
        else:
            self.window.graph.start_run(self.session.name)
            for report in history:
                self.window.graph.add_epoch(report)
            self.window.graph.finish_run()
        warn_of_split(self.session, self.window)
        self._on_new_network()
        self._safely(self.evaluations.start)()

    def _on_new_network(self) -> None:
        session = self.session
        self.runs.forget_speed()
        self.evaluations.show_nothing(_NO_DATA if session.dataset is None else _NOT_EVALUATED)
        if session.network is not None and session.dataset is not None:
            self.window.weights.show_network(session.network, session.dataset.image_shape)
        self._show_state()

    # What the window shows of it --------------------------------------------------------------------

    def _show_state(self) -> None:
        """Bring commands, title and the line under the parameters up to date."""
        if not hasattr(self, "search"):
            return  # the window is still being made
        state, session = self.runs.state, self.session
        is_idle, has_data, has_network = state == "idle", session.dataset is not None, session.network is not None
        is_valid = self.window.settings.is_valid
        # Other data that arrived during a run would not be those of its network.
        can_start = is_idle and has_data and is_valid and not self.data.is_busy
        enabled = {
            "initialise": is_idle and has_data and is_valid,
            "load": is_idle,
            "recent": is_idle,
            "save": is_idle and has_network,
            "save-as": is_idle and has_network,
            "randomise": is_idle,
            "train": can_start or not is_idle,
            "step": can_start or not is_idle,
            "stop": not is_idle,
            "train-saving": can_start,
            "evaluate": is_idle and has_data and has_network,
            "test": has_network and has_data,
            "augmentation-preview": has_data,
        }
        for name, is_enabled in enabled.items():
            self.commands.enable(name, is_enabled)
        self.data.enable_commands(is_allowed=is_idle)
        self.search.enable_commands()
        self.window.show_loading(self.data.can_stop)
        self.commands.label("train", {"idle": "Train", "running": "Pause", "paused": "Resume"}[state])
        self.augmentation.refresh()
        self._show_structure()
        self._show_title()

    def _show_structure(self) -> None:
        panel = self.window.settings
        seconds = self.runs.seconds_per_epoch
        panel.show_structure(structure_lines(self.session, panel.read_settings(), seconds) if panel.is_valid else [])

    def _show_title(self) -> None:
        session = self.session
        is_unsaved = session.is_changed or self.runs.state != "idle"
        name = session.name + (" *" if is_unsaved else "")
        share = "" if self._progress_share is None else f"{int(100 * self._progress_share)} % – "
        self.root.title(share + " – ".join(filter(None, (name, "nnapp training"))))
        self.window.progress.show_file(name)


def main(root: tk.Tk, network: str | None = None, data: DataChoice | None = None) -> int:
    """Fill `root` with the training window and return the exit code when it is closed.

    Parameters
    ----------
    root : tk.Tk
        From `new_root`.
    network : str, optional
        Network file to load.
    data : DataChoice, optional
        Which data set; else the last one, or one that is found.
    """
    app = TrainingApp(root, load_preferences())
    root.after_idle(app.start, network, data)
    return run_until_closed(root, app.close)
