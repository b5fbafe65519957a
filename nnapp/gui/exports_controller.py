"""Shows the questions about files that are written for other programs: graphs, the matrix and the log."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from pathlib import Path

from nnapp.errors import NnappError
from nnapp.gui.file_dialogs import ask_save
from nnapp.gui.training_window import TrainingWindow
from nnapp.storage.files import atomic_writer
from nnapp.storage.preferences import Preferences

__all__ = ["ExportsController"]


class ExportsController:
    """Writes what the training window shows. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    preferences : Preferences
        Remember the folder.
    window : callable () -> TrainingWindow
        It is made after those who ask for exports.
    """

    def __init__(self, root: tk.Tk, preferences: Preferences, window: Callable[[], TrainingWindow]) -> None:
        self._root = root
        self._preferences = preferences
        self._window = window

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return what the commands for exports do."""
        return {
            "matrix-png": lambda: self._save("PNG pictures", ".png", "confusion", self._window().matrix.export_png),
            "matrix-csv": lambda: self._save("CSV tables", ".csv", "confusion", self._window().matrix.export_csv),
            "graph-png": lambda: self.save_graph("png"),
            "graph-svg": lambda: self.save_graph("svg"),
            "graph-csv": lambda: self.save_graph("csv"),
        }

    def save_graph(self, file_format: str) -> None:
        """Ask for a file and write the graphs, as "png", "svg" or "csv"."""
        graph = self._window().graph
        writers = {"png": graph.save_png, "svg": graph.save_svg, "csv": graph.save_csv}
        self._save(f"{file_format.upper()} files", f".{file_format}", "graphs", writers[file_format])

    def save_log(self, text: str) -> None:
        """Ask for a file and write the text of the log."""

        def write(path: Path) -> None:
            with atomic_writer(path) as stream:
                stream.write(text.encode())

        self._save("Text files", ".txt", "training-log", write)

    def _save(self, kind: str, ending: str, name: str, write: Callable[[Path], None]) -> None:
        path = ask_save(self._root, self._preferences, "Save As", [(kind, (f"*{ending}",))], name + ending)
        if path is not None:
            log = self._window().log
            try:
                write(path)
            except NnappError as error:
                log.error(str(error))
            else:
                log.success(f"Saved {path}.")
