"""Shows nothing itself: brings the selected neuron and the explanations of an answer to diagram, grid and tabs."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import numpy as np

from nnapp.display.network_layout import Neuron
from nnapp.display.neuron_wording import NeuronNames
from nnapp.display.weight_sheet import color_limit, color_table
from nnapp.engine.arrays import FloatArray
from nnapp.engine.explanations import PreferredInput, occlusion_steps, preferred_input, projected_weights, saliency
from nnapp.engine.neuron_statistics import NeuronStatistics
from nnapp.gui.job_board import JobBoard
from nnapp.gui.style import Style
from nnapp.gui.testing_session import Prediction, TestingSession
from nnapp.gui.testing_window import TestingWindow
from nnapp.jobs import Ended, Job

__all__ = ["ExplanationController"]

_REST_MS = 60


class ExplanationController:
    """One neuron and one explanation at a time. Tk thread only.

    Parameters
    ----------
    session : TestingSession
    window : TestingWindow
    board : JobBoard
    style : Style
    """

    def __init__(self, session: TestingSession, window: TestingWindow, board: JobBoard, style: Style) -> None:
        self._session = session
        self._window = window
        self._board = board
        self._style = style
        self._neuron: Neuron | None = None
        self._prediction: Prediction | None = None
        self._statistics: NeuronStatistics | None = None
        self._job: Job[Any] | None = None
        self._after_id: str | None = None
        style.on_change(window.root, self._show_overlay)
        window.root.bind("<Destroy>", self._on_destroy, add="+")

    def select(self, neuron: Neuron | None) -> None:
        """Show a neuron: its connections, its weights on the grid, and its numbers."""
        self._neuron = neuron
        self._window.diagram.select(neuron)
        if neuron is not None:
            self._window.show_tab(self._window.neuron)
        self._show_neuron()
        self._show_overlay()

    def explain(self) -> None:
        """Show the explanation that is chosen, for the present image."""
        self._drop_job()
        self._window.why.show_sentence("")
        wanted = self._window.why.read_explanation()
        if wanted != "none":
            self._window.show_tab(self._window.why)
        self._show_overlay()

    def take_prediction(self, prediction: Prediction | None) -> None:
        """Bring everything up to date with another image."""
        self._prediction = prediction
        if self._neuron is not None:
            self._show_neuron()
        if self._window.why.read_explanation() in ("saliency", "occlusion"):
            self._show_overlay()

    def take_statistics(self, statistics: NeuronStatistics | None) -> None:
        """Take over what the neurons do on all images, or forget it."""
        self._statistics = statistics
        if self._neuron is not None:
            self._show_neuron()

    def forget(self) -> None:
        """Let go of the neuron and the explanation, which were another network's."""
        self._drop_job()
        self._neuron = self._prediction = self._statistics = None
        self._window.neuron.show_empty()
        self._window.why.show_explanation("none")
        self._window.grid.show_overlay(None)

    def _show_neuron(self) -> None:
        session, neuron = self._session, self._neuron
        if neuron is None or session.network is None:
            self._window.neuron.show_empty()
            return
        self._window.neuron.show_neuron(
            session.network,
            neuron,
            None if self._prediction is None else self._prediction.activations,
            self._statistics,
            session.images,
            session.labels,
            session.class_names,
        )

    def _show_overlay(self) -> None:
        """Draw the explanation that is chosen over the grid, else the weights of the selected neuron."""
        wanted = self._window.why.read_explanation()
        if self._session.network is None:
            return
        if wanted == "saliency":
            self._show_saliency()
        elif wanted == "occlusion":
            self._start_occlusion_soon()
        elif wanted == "preferred":
            self._start_preferred()
        else:
            self._show_weights()

    def _show_weights(self) -> None:
        network, neuron = self._session.network, self._neuron
        if network is None or neuron is None or neuron.layer == 0:
            self._window.grid.show_overlay(None)
            return
        values = projected_weights(network, neuron.layer, neuron.index)
        legend = self._title(neuron) + (": weights" if neuron.layer == 1 else ": weights, at the pixels")
        self._show_signed(values, legend, "weight")

    def _title(self, neuron: Neuron) -> str:
        session = self._session
        assert session.network is not None
        return NeuronNames(session.network.layer_sizes, session.class_names, session.image_shape).title(neuron)

    def _show_saliency(self) -> None:
        session, prediction = self._session, self._prediction
        if session.network is None or session.image is None or prediction is None:
            self._window.grid.show_overlay(None)
            return
        values = saliency(session.network, session.image, prediction.digit)
        name = session.class_names[prediction.digit]
        self._show_signed(values, f"saliency of the answer {name}", "gradient")
        self._window.why.show_saliency(values, name)

    def _start_occlusion_soon(self) -> None:
        """Start when the pen rests for a moment, not for every place that it comes through."""
        self._cancel_start()
        self._after_id = self._window.root.after(_REST_MS, self._start_occlusion)

    def _cancel_start(self) -> None:
        if self._after_id is not None:
            self._window.root.after_cancel(self._after_id)
            self._after_id = None

    def _on_destroy(self, event: tk.Event[tk.Misc]) -> None:
        if event.widget is self._window.root:
            self._cancel_start()

    def _start_occlusion(self) -> None:
        self._after_id = None
        session, prediction = self._session, self._prediction
        self._drop_job()
        if session.network is None or session.image is None or prediction is None:
            self._window.grid.show_overlay(None)
            return
        name = session.class_names[prediction.digit]
        temperature = 1.0 if session.stored is None else session.stored.metadata.temperature

        def on_message(message: int | FloatArray | Ended) -> None:
            if isinstance(message, np.ndarray):
                self._show_signed(message, f"what hides {name} when wiped out", "loss of probability")
                self._window.why.show_occlusion(message, name, float(prediction.probabilities[prediction.digit]))

        self._start(
            Job(occlusion_steps(session.network, session.image, prediction.digit, temperature=temperature)), on_message
        )

    def _start_preferred(self) -> None:
        session = self._session
        self._drop_job()
        if session.network is None:
            return
        neuron = self._neuron
        if neuron is None or neuron.layer == 0:
            digit = 0 if self._prediction is None else self._prediction.digit
            neuron = Neuron(len(session.network.layer_sizes) - 1, digit)
        shape = session.image_shape
        steps = preferred_input(session.network, neuron.layer, neuron.index, image_shape=shape)

        first_sums: list[float] = []

        def on_message(message: PreferredInput | Ended) -> None:
            if isinstance(message, PreferredInput):
                first_sums.append(message.weighted_sum)
                ink = 1 - np.clip(message.image.reshape(shape), 0, 1)
                grey = np.rint(255 * ink).astype(np.uint8)
                title = self._title(neuron)
                picture = np.repeat(grey[..., np.newaxis], 3, axis=2)
                self._window.grid.show_overlay(picture, f"{title} would like to see")
                self._window.why.show_preferred(message, title, first_sums[0])

        self._start(Job(steps), on_message)

    def _show_signed(self, values: FloatArray, legend: str, value_name: str) -> None:
        """Draw signed values in the colours of weights, black for zero."""
        shape = self._session.image_shape
        table = color_table(self._style.palette)
        limit = color_limit(values)
        n_steps = (len(table) - 2) // 2
        places = np.rint(np.clip(values / limit, -1, 1) * n_steps).astype(np.intp) + n_steps
        self._window.grid.show_overlay(
            table[places].reshape(*shape, 3), legend, values.reshape(shape), value_name=value_name
        )

    def _start(self, job: Job[Any], on_message: Callable[[Any], None]) -> None:
        self._job = job
        self._board.start(job, on_message)

    def _drop_job(self) -> None:
        self._cancel_start()
        if self._job is not None:
            self._board.drop(self._job)
            self._job = None
