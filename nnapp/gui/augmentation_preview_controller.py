"""Shows nothing itself: opens the preview of augmentation, and keeps it up with the data and the settings."""

from __future__ import annotations

import tkinter as tk

from nnapp.display.augmentation_sheet import N_VERSIONS
from nnapp.display.data_preview import N_PREVIEWED, preview_indices
from nnapp.engine.augmentation import Augmentation
from nnapp.engine.settings import AUGMENTATION_NAMES
from nnapp.gui.augmentation_preview_window import AugmentationPreviewWindow
from nnapp.gui.settings_panel import SettingsPanel
from nnapp.gui.style import Style
from nnapp.gui.training_session import TrainingSession
from nnapp.storage.dataset import Dataset

__all__ = ["AugmentationPreviewController"]

_MOST_PIXELS = 300_000
"""So many are changed in some 25 ms. They are changed in the Tk thread, so of large images fewer are shown."""


class AugmentationPreviewController:
    """The preview of one training window, open or not. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    style : Style
    session : TrainingSession
        Has the images.
    settings : SettingsPanel
        Has the amounts.
    """

    def __init__(self, root: tk.Tk, style: Style, session: TrainingSession, settings: SettingsPanel) -> None:
        self._root = root
        self._style = style
        self._session = session
        self._settings = settings
        self._preview: AugmentationPreviewWindow | None = None
        self._shown_dataset: Dataset | None = None
        self._shown_augmentation: Augmentation | None = None

    def open(self) -> None:
        """Show the preview, or bring it to the front; does nothing without data."""
        if self._session.dataset is None:
            return
        if self._preview is None:
            self._preview = AugmentationPreviewWindow(self._root, self._style)
            self._preview.bind("<Destroy>", self._on_destroy, add="+")
            self.refresh()
        self._preview.open()

    def refresh(self) -> None:
        """Show what has changed since the last time, if the preview is open."""
        preview, dataset = self._preview, self._session.dataset
        if preview is None or dataset is None:
            return
        if dataset is not self._shown_dataset:
            self._shown_dataset = dataset
            n_images = min(N_PREVIEWED, max(1, _MOST_PIXELS // (N_VERSIONS * dataset.n_pixels)))
            indices = preview_indices(dataset.training_labels, n_images)
            preview.show_images(dataset.training_images[indices], dataset.name)
        # Of a field that is wrong for the moment, what it had before.
        values = self._settings.read_values()
        augmentation = Augmentation(**{name: values[name] for name in AUGMENTATION_NAMES})
        if augmentation != self._shown_augmentation:
            self._shown_augmentation = augmentation
            preview.show_augmentation(augmentation)

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        # A window hears of its children's end too.
        if event.widget is self._preview:
            self._preview = self._shown_dataset = self._shown_augmentation = None
