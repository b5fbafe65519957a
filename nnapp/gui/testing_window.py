"""Shows the testing window's parts in their places; what they do is told by whoever makes it."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tkinter import ttk
from typing import Any

from nnapp.display.network_layout import Neuron
from nnapp.display.text_fitting import short_names, shorten
from nnapp.gui.activity_view import ActivityView
from nnapp.gui.answer_view import AnswerView
from nnapp.gui.collect_view import CollectView
from nnapp.gui.commands import CommandTable
from nnapp.gui.data_notice import DataNotice
from nnapp.gui.drawing_canvas import DrawingCanvas
from nnapp.gui.member_chooser import MemberChooser
from nnapp.gui.network_diagram import NetworkDiagram
from nnapp.gui.neuron_view import NeuronView
from nnapp.gui.picture_steps_view import PictureStepsView
from nnapp.gui.pixel_grid import PixelGrid
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.why_view import WhyView
from nnapp.gui.wrapped_label import WrappedLabel

__all__ = ["TestingEvents", "TestingWindow"]

_DRAWING_UNITS = 62
_CONTROL_UNITS = 30
_ANSWER_UNITS = 40
_LOWER_UNITS = 58
_LONGEST_SENTENCE = 1000
"""Characters; some of what is said comes from files."""

_LONGEST_LABEL = 32
"""Characters; more would push the buttons out of a small window."""


@dataclass(frozen=True)
class TestingEvents:
    """What the window calls when a person does something that is no command.

    Attributes
    ----------
    on_draw : callable ()
        The drawing has changed.
    on_edit : callable ()
        A pixel of the grid was changed.
    on_select : callable (Neuron or None)
        A neuron was selected, or let go of.
    on_index : callable (str)
        An index was typed.
    on_open_image : callable (int)
        An image of the data set was clicked.
    on_why : callable ()
        Another explanation was chosen.
    on_keep : callable (int)
        The image is to be kept with this label.
    on_undo_keep : callable ()
    on_member : callable (int)
        Another network of the ensemble is to be shown.
    """

    on_draw: Callable[[], None]
    on_edit: Callable[[], None]
    on_select: Callable[[Neuron | None], None]
    on_index: Callable[[str], None]
    on_open_image: Callable[[int], None]
    on_why: Callable[[], None]
    on_keep: Callable[[int], None]
    on_undo_keep: Callable[[], None]
    on_member: Callable[[int], None]


class TestingWindow:
    """The views of the testing window and where they are. Tk thread only.

    Parameters
    ----------
    root : tk.Tk
    style : Style
    commands : CommandTable
        Makes the buttons.
    events : TestingEvents
    """

    def __init__(self, root: tk.Tk, style: Style, commands: CommandTable, events: TestingEvents) -> None:
        self.root = root
        self._style = style
        self._commands = commands
        self._events = events
        self._toolbar = ttk.Frame(root)
        self.network_label = ttk.Label(self._toolbar, style="Bold.TLabel")
        self.label_text = ttk.Label(self._toolbar, style="Bold.TLabel")
        self.data_label = ttk.Label(self._toolbar, style="Muted.TLabel")
        self._busy_sentence = ""
        self._label_tip: str | None = None
        Tooltip(self.label_text, style, lambda x, y: self._label_tip)
        self.index = tk.StringVar(root)
        self.index_field = ttk.Spinbox(self._toolbar, textvariable=self.index, width=7, from_=0, to=0)
        self.notice = DataNotice(root, style, commands)
        self._main = ttk.Frame(root)
        self._drawing_side = self._column("Draw")
        self.drawing = DrawingCanvas(self._drawing_side, style, events.on_draw)
        self._grid_side = self._column("What the network sees")
        self.grid = PixelGrid(self._grid_side, style, events.on_edit)
        self._diagram_side = self._column("Network")
        self.members = MemberChooser(self._diagram_side, style, events.on_member)
        self.diagram = NetworkDiagram(self._diagram_side, style, events.on_select, self.show_status)
        self._answer_side = self._column("Answer")
        self.answer = AnswerView(self._answer_side, style)
        self.tabs = ttk.Notebook(root)
        self.neuron = NeuronView(self.tabs, style, events.on_open_image)
        self.activity = ActivityView(self.tabs, style)
        self.why = WhyView(self.tabs, style, events.on_why)
        self.collect = CollectView(self.tabs, style, events.on_keep, events.on_undo_keep)
        self.steps = PictureStepsView(self.tabs, style)
        self._status_row = ttk.Frame(root)
        self.status = WrappedLabel(self._status_row, style="Muted.TLabel")
        self._stop_loading = commands.button(self._status_row, "stop-data", style="Link.TButton", text="Stop")
        self._brush = tk.DoubleVar(root, self.drawing.brush_width)
        self._fill_toolbar()
        self._fill_columns()
        self._lay_out()
        style.on_change(root, self._space_out)
        self._space_out()

    def show_status(self, text: str) -> None:
        """Show a sentence in the lowest line."""
        self.status.configure(text=shorten(text, _LONGEST_SENTENCE), style="Muted.TLabel")

    def show_problem(self, sentence: str) -> None:
        """Show what went wrong in the lowest line."""
        self.status.configure(text=shorten(sentence, _LONGEST_SENTENCE), style="Error.TLabel")

    def show_remark(self, sentence: str) -> None:
        """Show a sentence in the lowest line, unless a problem stands there."""
        if str(self.status.cget("style")) != "Error.TLabel":
            self.show_status(sentence)

    def show_busy(self, sentence: str) -> None:
        """Show in the lowest line what is going on, unless a problem stands there."""
        self._busy_sentence = sentence
        self.show_remark(sentence)

    def show_idle(self) -> None:
        """Take away what was going on, unless something else has been said since."""
        if str(self.status.cget("text")) == self._busy_sentence:
            self.show_status("")

    def show_loading(self, is_loading: bool) -> None:
        """Offer to stop what is being loaded or downloaded, or take the offer away."""
        if is_loading:
            self._stop_loading.grid()
        else:
            self._stop_loading.grid_remove()

    def show_data(self, summary: str) -> None:
        """Show which data set the images are from."""
        self.data_label.configure(text=f"data: {summary}")

    def show_tab(self, view: ttk.Frame) -> None:
        """Bring one of the lower views to the front."""
        # By the Tcl command, because the method has no type annotations.
        self.tabs.tk.call(self.tabs, "select", view)

    def show_label(self, name: str, names: Sequence[str], remark: str = "") -> None:
        """Say what the image is, "" where that is not known; a long name is shortened, and whole in the tooltip.

        Parameters
        ----------
        name : str
        names : sequence of str
            Of all classes, from which a shortened one has to be told.
        remark : str
            Said behind it.
        """
        short = dict(zip(names, short_names(names, _LONGEST_LABEL), strict=True)).get(name, name)
        self._label_tip = name if short != name else None
        self.label_text.configure(text=f"label: {short}{remark}" if name else "")

    def show_members(self, names: Sequence[str], chosen: int) -> None:
        """Offer the networks of an ensemble to choose which one is shown; of a single one, offer nothing."""
        if names:
            self.members.show_members(names, chosen)
            self.members.pack(fill="x", pady=(0, self._style.px(1)), before=self.diagram)
        else:
            self.members.pack_forget()

    def show_images(self, n_images: int) -> None:
        """Say how many images there are to choose from."""
        self.index_field.configure(to=max(0, n_images - 1))

    def _column(self, title: str) -> ttk.Frame:
        frame = ttk.Frame(self._main)
        ttk.Label(frame, text=title, style="Bold.TLabel").pack(anchor="w", pady=(0, self._style.px(1)))
        return frame

    def _fill_toolbar(self) -> None:
        def add(widget: tk.Misc, **options: Any) -> None:
            widget.pack_configure(side="left", padx=(0, 4), **options)  # type: ignore[attr-defined]  # any widget

        add(self._commands.button(self._toolbar, "load", style="Tool.TButton", text="Load network"))
        add(self.network_label)
        ttk.Separator(self._toolbar, orient="vertical").pack(side="left", fill="y", padx=8, pady=4)
        self.split_text = ttk.Label(self._toolbar, text="test image")
        add(self.split_text)
        add(self.index_field)
        for event in ("<Return>", "<KP_Enter>", "<<Increment>>", "<<Decrement>>"):
            self.index_field.bind(event, self._on_index, add="+")
        for name, text in (
            ("previous", "◀"),
            ("next", "▶"),
            ("random", "Random"),
            ("next-wrong", "Next wrong"),
            ("play", None),
        ):
            add(self._commands.button(self._toolbar, name, style="Tool.TButton", text=text))
        self.label_text.pack(side="right")
        self.data_label.pack(side="right", padx=(12, 12))

    def _on_index(self, event: tk.Event[Any]) -> None:
        # The spinbox writes its new number after its own event.
        self.root.after_idle(lambda: self._events.on_index(self.index.get()))

    def _fill_columns(self) -> None:
        """Put drawing, grid, diagram and answer into their columns; where height is short, controls keep theirs."""
        self._keep_square(self._drawing_side, self.drawing, lambda: 0)
        self._keep_square(self._grid_side, self.grid, lambda: self.grid.line_px)
        buttons = ttk.Frame(self._drawing_side)
        buttons.pack(side="bottom", fill="x", pady=(4, 0))
        for name, text in (("undo", None), ("redo", None), ("clear", None), ("process", "Process")):
            button = self._commands.button(buttons, name, style="Tool.TButton", text=text)
            button.pack(side="left", fill="x", expand=True)
        brush = ttk.Frame(self._drawing_side)
        brush.pack(side="bottom", fill="x", pady=(4, 0))
        ttk.Label(brush, text="Brush").pack(side="left")
        scale = ttk.Scale(brush, from_=8, to=48, variable=self._brush, command=self._on_brush)
        scale.pack(side="left", fill="x", expand=True, padx=6)
        self._commands.button(brush, "eraser").pack(side="left")
        self.drawing.pack(fill="both", expand=True)
        choice = ttk.Frame(self._grid_side)
        choice.pack(side="bottom", fill="x", pady=(4, 0))
        for name in ("like-mnist", "as-drawn"):
            self._commands.button(choice, name).pack(side="left", padx=(0, 6))
        self._commands.button(choice, "live").pack(side="right")
        self.grid.pack(fill="both", expand=True)
        self.diagram.pack(fill="both", expand=True)
        self.answer.pack(fill="both", expand=True)
        # Tab goes from the drawing to what is below it, in the order of the stack.
        for widget in (self.drawing, brush, buttons, self.grid, choice):
            widget.lift()

    def _keep_square(self, side: ttk.Frame, view: ttk.Frame, below_px: Callable[[], int]) -> None:
        """Leave what a view needs no more than its width in height below its controls, not above them."""
        rest = ttk.Frame(side, height=1)
        rest.pack(side="bottom")

        def share(event: tk.Event[Any]) -> None:
            taken_px = event.width + below_px()
            for part in side.pack_slaves():
                if part not in (view, rest):
                    taken_px += part.winfo_reqheight() + sum(map(int, self.root.tk.splitlist(part.pack_info()["pady"])))
            rest.configure(height=max(1, event.height - taken_px))  # a frame of no height keeps the one it had

        side.bind("<Configure>", share, add="+")

    def _on_brush(self, width: str) -> None:
        self.drawing.brush_width = float(width)

    def _lay_out(self) -> None:
        self.root.columnconfigure(0, weight=1)
        self.root.rowconfigure(2, weight=1)
        self._toolbar.grid(row=0, column=0, sticky="ew")
        self._main.grid(row=2, column=0, sticky="nsew")
        self.tabs.grid(row=3, column=0, sticky="nsew")
        self._status_row.grid(row=4, column=0, sticky="ew")
        self._status_row.columnconfigure(0, weight=1)
        self.status.grid(row=0, column=0, sticky="ew")
        self._stop_loading.grid(row=0, column=1)
        self.show_loading(False)
        self._main.rowconfigure(0, weight=1)
        self._main.bind("<Configure>", lambda _: self._widen_squares(), add="+")
        self._main.columnconfigure(2, weight=1)
        for column, side in enumerate((self._drawing_side, self._grid_side, self._diagram_side, self._answer_side)):
            side.grid(row=0, column=column, sticky="nsew")
        for view, title in (
            (self.neuron, "Neuron"),
            (self.activity, "Activity"),
            (self.why, "Why?"),
            (self.collect, "Collect"),
            (self.steps, "Picture"),
        ):
            self.tabs.add(view, text=title)

    def _widen_squares(self) -> None:
        """Make drawing and grid as wide as they are high, as long as the diagram keeps half of the width."""
        height, width = self._main.winfo_height(), self._main.winfo_width()
        side = min(height - self._style.px(_CONTROL_UNITS), width // 4)
        for column in (0, 1):
            self._main.columnconfigure(column, minsize=max(self._style.px(_DRAWING_UNITS), side))

    def _space_out(self) -> None:
        gap = self._style.px(2)
        self._toolbar.grid_configure(padx=gap, pady=gap)
        self.notice.take_row(1, gap)
        self._main.grid_configure(padx=gap)
        self.tabs.grid_configure(padx=gap, pady=(gap, 0))
        self._status_row.grid_configure(padx=gap)
        self.status.grid_configure(pady=self._style.px(1))
        for side in (self._drawing_side, self._grid_side, self._diagram_side, self._answer_side):
            side.grid_configure(padx=(0, 0 if side is self._answer_side else gap))
        self._widen_squares()
        self._main.columnconfigure(3, minsize=self._style.px(_ANSWER_UNITS))
        self.root.rowconfigure(3, minsize=self._style.px(_LOWER_UNITS))
