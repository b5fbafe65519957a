"""Shows nothing itself: tells every view of the network, and of what it makes of the image before the eyes."""

from __future__ import annotations

from nnapp.errors import NnappError
from nnapp.gui.explanation_controller import ExplanationController
from nnapp.gui.testing_session import Prediction, TestingSession
from nnapp.gui.testing_window import TestingWindow

__all__ = ["NO_NETWORK", "PredictionController"]

NO_NETWORK = "No network yet. Load one (Ctrl+O), or train one in the training window."
"""What the views say while there is none."""

_NOTHING_DRAWN = "Nothing drawn. Draw a digit on the left, or choose a test image."


class PredictionController:
    """Shows the network and the image of a session, and what one makes of the other. Tk thread only.

    Parameters
    ----------
    session : TestingSession
    window : TestingWindow
    explanations : ExplanationController
        Gets every prediction.
    """

    def __init__(self, session: TestingSession, window: TestingWindow, explanations: ExplanationController) -> None:
        self._session = session
        self._window = window
        self._explanations = explanations

    def show_network(self) -> None:
        """Show another network, with no prediction yet."""
        session, window = self._session, self._window
        if session.network is None:
            return
        self._explanations.forget()
        window.diagram.show_network(session.network, session.class_names, session.image_shape)
        sizes = "-".join(map(str, session.network.layer_sizes))
        ensemble = session.ensemble
        if ensemble is None:
            window.show_members((), 0)
            shown = session.name
        else:
            window.show_members(ensemble.names, ensemble.members.index(session.stored))
            shown = f"{len(ensemble.members)} networks together · {session.name}"
        window.network_label.configure(text=f"{shown} · {sizes}")
        window.root.title(f"{session.name if ensemble is None else ' + '.join(ensemble.names)} – nnapp testing")
        window.collect.show_classes(session.class_names)

    def show_image(self) -> None:
        """Show the image of the session on the grid, and the prediction."""
        image = self._session.image
        if image is None:
            self._window.grid.show_empty(_NOTHING_DRAWN, self._session.image_shape)
        else:
            self._window.grid.show_image(image)
        self.show_prediction()

    def show_prediction(self) -> None:
        """Show what the network makes of the image that is on the grid already."""
        session, window = self._session, self._window
        prediction = self._predict()
        if prediction is None or session.network is None or session.image is None:
            window.answer.show_empty(NO_NETWORK if session.network is None else _NOTHING_DRAWN)
            window.activity.show_empty()
            if session.network is not None:
                window.diagram.show_activations(None)
        else:
            label = session.output_label
            together = session.predict_together()
            answer = prediction if together is None else together
            window.answer.show_answer(
                answer.probabilities,
                session.class_names,
                label,
                answer.digit,
                session.label_name,
                () if together is None else together.members,
            )
            window.diagram.show_activations(prediction.activations, prediction.probabilities, label)
            window.activity.show_prediction(
                session.network,
                session.image,
                prediction.activations,
                prediction.probabilities,
                session.class_names,
                label,
                session.label_name,
            )
        self._explanations.take_prediction(prediction)
        self._show_label()

    def _predict(self) -> Prediction | None:
        try:
            return self._session.predict()
        except NnappError as error:
            self._window.show_problem(str(error))
            return None

    def _show_label(self) -> None:
        session = self._session
        remark = " (edited)" if session.source == "edited" else ""
        self._window.show_label(session.label_name, session.label_names, remark)
        self._window.split_text.configure(text="test image" if session.split == "test" else "training image")
