"""Shows what goes on in the network while it answers, in six small views side by side."""

from __future__ import annotations

import tkinter as tk
from collections import deque
from collections.abc import Callable, Collection, Sequence
from math import ceil
from tkinter import ttk

from nnapp.display.text_fitting import short_names
from nnapp.engine.arrays import FloatArray
from nnapp.engine.evaluation import ConfusionMatrix
from nnapp.engine.network import Network
from nnapp.gui.activity_panel import ActivityPanel
from nnapp.gui.confusion_panel import ConfusionPanel
from nnapp.gui.network_panels import LayerPanel, WeightPanel
from nnapp.gui.prediction_panels import N_LAST, Answer, ConfidencePanel, InputPanel, ProbabilityPanel
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["ACTIVITY_VIEWS", "ActivityView"]

ACTIVITY_VIEWS = {
    "input": ("Input", "The image as the network sees it, its label, and the answer with its probability."),
    "probabilities": ("Probabilities", "How probable the network holds each class to be."),
    "layers": ("Layers", "The mean and the maximum activation of each layer."),
    "weights": ("Weights", "A histogram of the weights into the output of the predicted class; zero is marked."),
    "confidence": ("Confidence", f"How sure the last {N_LAST} answers were, with lines at 50 % and 90 %."),
    "confusion": ("Confusion", "What the network takes for what, with the cell of this image marked."),
}
"""The views by their names: a title, and a sentence that says what they show."""

_LONGEST_NAME = 16
_SHAPE = 1.3
"""Width of a panel as a multiple of its height, where there is a choice."""


class ActivityView(ttk.Frame):
    """The activity views, each of which can be shown or hidden. Tk thread only.

    A view is drawn only while it can be seen, and at most once however often it is asked for meanwhile.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_choose : callable ()
        Called when a person shows or hides a view.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_choose: Callable[[], None] = lambda: None) -> None:
        super().__init__(parent)
        self._style = style
        self._on_choose = on_choose
        self._network: Network | None = None
        self._answers: deque[Answer] = deque(maxlen=N_LAST)
        self._header, self._area = ttk.Frame(self), ttk.Frame(self)
        self.input = InputPanel(self._area, style)
        self.probabilities = ProbabilityPanel(self._area, style)
        self.layers = LayerPanel(self._area, style)
        self.weights = WeightPanel(self._area, style)
        self.confidence = ConfidencePanel(self._area, style)
        self.confusion = ConfusionPanel(self._area, style)
        self._panels: dict[str, ActivityPanel] = {
            "input": self.input,
            "probabilities": self.probabilities,
            "layers": self.layers,
            "weights": self.weights,
            "confidence": self.confidence,
            "confusion": self.confusion,
        }
        self._is_shown = {name: tk.BooleanVar(self, True) for name in self._panels}
        self.switches = {name: self._switch(name) for name in self._panels}
        self._nothing = ttk.Label(self._area, style="Muted.TLabel", text="Choose above what to see.")
        self._area.bind("<Configure>", lambda event: self._arrange())
        self._lay_out()
        style.on_change(self, self._lay_out)

    def show_prediction(
        self,
        network: Network,
        image: FloatArray,
        activations: Sequence[FloatArray],
        probabilities: FloatArray,
        class_names: Sequence[str],
        label: int | None,
        label_name: str = "",
    ) -> None:
        """Show what the network makes of an image. The arrays are kept, so they must not change any more.

        Parameters
        ----------
        network : Network
            If it is another one than before, the last answers are forgotten.
        image : array (height, width)
            Values 0…1.
        activations : sequence of array (n_neurons,)
            One per layer, inputs first.
        probabilities : array (n_classes,)
        class_names : sequence of str
        label : int or None
            The right class, if it is known.
        label_name : str
            What it is called; by default as in `class_names`, where it is one of them.
        """
        if network is not self._network:
            self._answers.clear()
            self._network = network
        predicted = int(activations[-1].argmax())
        name = class_names[predicted]
        answer = Answer(name, float(probabilities[predicted]))
        if label is not None:
            # The data set may have classes that the network does not know.
            label_name = label_name or (class_names[label] if label < len(class_names) else str(label))
            answer = Answer(name, answer.probability, label_name, label == predicted)
        self._answers.append(answer)
        self.input.show_image(image, answer)
        self.probabilities.show_probabilities(probabilities, class_names, answer)
        # The outputs as probabilities, as the diagram has them: at the temperature of the network.
        self.layers.show_activations([*activations[:-1], probabilities])
        short = short_names(class_names, _LONGEST_NAME)[predicted]
        self.weights.show_weights(network.dense_layers[-1].weights[predicted], short)
        self.confidence.show_answers(self._answers)
        self.confusion.show_mark(label, predicted)

    def show_empty(self) -> None:
        """Show no prediction; the last answers and the confusion matrix stay."""
        self.input.show_image(None, None)
        self.probabilities.show_probabilities(None, (), None)
        self.layers.show_activations(())
        self.weights.show_weights(None, "")
        self.confusion.show_mark(None, None)

    def show_confusion(self, confusion: ConfusionMatrix | None, class_names: Sequence[str]) -> None:
        """Show the confusion matrix of the network, or None while there is none."""
        self.confusion.show_confusion(confusion, class_names)

    def show_views(self, names: Collection[str]) -> None:
        """Show the views of these names, as in `ACTIVITY_VIEWS`, and hide the others."""
        for name, variable in self._is_shown.items():
            variable.set(name in names)
        self._arrange()

    def read_views(self) -> list[str]:
        """Return the names of the views that are shown."""
        return [name for name, variable in self._is_shown.items() if variable.get()]

    def _switch(self, name: str) -> ttk.Checkbutton:
        title, sentence = ACTIVITY_VIEWS[name]
        variable = self._is_shown[name]
        switch = ttk.Checkbutton(self._header, text=title, variable=variable, command=self._on_switch)
        Tooltip(switch, self._style, sentence)
        return switch

    def _on_switch(self) -> None:
        self._arrange()
        self._on_choose()

    def _lay_out(self) -> None:
        gap = self._style.px(2)
        self._header.pack(side="top", fill="x", padx=gap, pady=(gap, 0))
        for switch in self.switches.values():
            switch.pack(side="left", padx=(0, 2 * gap))
        self._area.pack(side="top", fill="both", expand=True, padx=gap, pady=gap)
        self._arrange()

    def _arrange(self) -> None:
        """Give the panels that are shown equal parts of the area, in as many rows as make them largest."""
        shown = self.read_views()
        for name, panel in self._panels.items():
            if name not in shown:
                panel.place_forget()
        if not shown:
            self._nothing.place(relx=0.5, rely=0.5, anchor="center")
            return
        self._nothing.place_forget()
        width, height, gap = self._area.winfo_width(), self._area.winfo_height(), self._style.px(4)

        def panel_size(n_rows: int) -> tuple[int, int]:
            n_columns = ceil(len(shown) / n_rows)
            return (width - (n_columns - 1) * gap) // n_columns, (height - (n_rows - 1) * gap) // n_rows

        n_rows = max(range(1, len(shown) + 1), key=lambda rows: min(panel_size(rows)[0] / _SHAPE, panel_size(rows)[1]))
        n_columns = ceil(len(shown) / n_rows)
        panel_width, panel_height = (max(length, 1) for length in panel_size(n_rows))
        for place, name in enumerate(shown):
            row, column = divmod(place, n_columns)
            self._panels[name].place(
                x=column * (panel_width + gap), y=row * (panel_height + gap), width=panel_width, height=panel_height
            )
