"""Shows what a grid search is to vary, how, and where its results go; says at once how many runs that makes."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tkinter import ttk

from nnapp.display.search_wording import runs_line
from nnapp.engine.settings import Settings
from nnapp.errors import NnappError, SettingError, StorageError
from nnapp.gui.placement import place_over
from nnapp.gui.scrolled_frame import ScrolledFrame
from nnapp.gui.search_axes_form import SearchAxesForm
from nnapp.gui.search_options_form import SearchOptions, SearchOptionsForm
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip
from nnapp.gui.wrapped_label import WrappedLabel
from nnapp.search.axes import Axis, axis_text
from nnapp.search.plan import SearchPlan
from nnapp.storage.files import check_writable

__all__ = ["SearchSetupWindow", "SetupEvents"]

_INTRODUCTION = (
    "Give several values to the settings that are to vary: a list, such as 32, 64, 128, or a range, such as 0.001 to "
    "0.1, 5 values, log. All others stay as they are in the training window."
)
_NOTHING_VARIES = "Give several values to at least one of the settings above, or ask for several repeats."
_TIME = "How long that takes is told once the first run is done."


@dataclass(frozen=True)
class SetupEvents:
    """What the window asks for and tells.

    Attributes
    ----------
    read_settings : callable () -> Settings
        The settings of the training window; raises SettingError while one of them is wrong.
    check_plan : callable (SearchPlan)
        Raises SettingError if there are too few images for some configuration.
    on_run : callable (SearchPlan, Path)
        Begin the search.
    on_browse : callable (suggested name) -> Path or None
        Ask for a file to write.
    """

    read_settings: Callable[[], Settings]
    check_plan: Callable[[SearchPlan], None]
    on_run: Callable[[SearchPlan, Path], None]
    on_browse: Callable[[str], Path | None]


class SearchSetupWindow(tk.Toplevel):
    """Asks for a plan. Closing it loses nothing: what was typed is there when it is opened again. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    events : SetupEvents

    Attributes
    ----------
    axes : SearchAxesForm
    options : SearchOptionsForm
    file : tk.StringVar
        Path of the file.
    """

    def __init__(self, parent: tk.Misc, style: Style, events: SetupEvents) -> None:
        super().__init__(parent)
        self.withdraw()  # until it has its size
        self.title("Configure Grid Search")
        self._style = style
        self._events = events
        self._plan: SearchPlan | None = None
        self.file = tk.StringVar(self)
        self._scroller = ScrolledFrame(self, style)
        form = self._scroller.interior
        self._introduction = WrappedLabel(form, _INTRODUCTION, "Muted.TLabel")
        self.axes = SearchAxesForm(form, style, self._on_change)
        self._line = ttk.Separator(form)
        self.options = SearchOptionsForm(form, style, self._on_change)
        self._file_row = ttk.Frame(form)
        self._build_file_row()
        self._sum = WrappedLabel(self, style="Bold.TLabel")
        self._problem = WrappedLabel(self, style="Muted.TLabel")
        self._buttons = ttk.Frame(self)
        self._again = ttk.Button(self._buttons, text="Start Afresh", style="Tool.TButton", command=self._on_afresh)
        Tooltip(self._again, style, "Go back to the settings of the training window, with nothing varied.")
        self._close = ttk.Button(self._buttons, text="Close", command=self.withdraw)
        Tooltip(self._close, style, "Close this window (Escape). What is typed here stays.")
        self._run = ttk.Button(self._buttons, text="Run", style="Accent.TButton", command=self._on_run)
        self.file.trace_add("write", lambda *_: self._on_change())
        self.bind("<Escape>", lambda _: self.withdraw())
        for key in ("<Return>", "<KP_Enter>"):
            self.bind(key, lambda _: self._on_return())
        self.protocol("WM_DELETE_WINDOW", self.withdraw)
        style.on_change(self, self._on_style)
        self._lay_out()

    def open(self, file: Path) -> None:
        """Show the window with the present settings where nobody has typed others.

        Parameters
        ----------
        file : Path
            Proposed for the results, unless a person has chosen one that is free.
        """
        try:
            settings = self._events.read_settings()
        except SettingError:
            settings = Settings()  # what is wrong is said below
        self.axes.show_present(vars(settings))
        self.options.show_epochs(settings.epochs)
        if not self.file.get() or Path(self.file.get()).exists():
            self.file.set(str(file))
        self._on_change()
        if not self.winfo_viewable():
            self._place()
            self.deiconify()
        self.lift()
        self.axes.fields["hidden"].input.focus_set()

    def show_plan(self, plan: SearchPlan) -> None:
        """Fill the fields as another search has them."""
        self.axes.forget()
        self.axes.show_axes(plan.axes, {axis.name: axis_text(axis) for axis in plan.axes})
        options = SearchOptions(plan.settings.epochs, plan.repeats, plan.budget, plan.halving)
        self.options.show_options(options)
        self._on_change()

    def invoke_run(self) -> None:
        """Begin the search as the button does."""
        self._on_run()

    def read_plan(self) -> SearchPlan | None:
        """Return the plan as it is typed, None while something is wrong."""
        return self._plan

    def read_sum(self) -> str:
        """Return what the plan comes to, "" while something is wrong."""
        return str(self._sum.cget("text"))

    def read_problem(self) -> str:
        """Return what is said below: what is wrong and stands at no field, or a remark."""
        return str(self._problem.cget("text"))

    def _build_file_row(self) -> None:
        ttk.Label(self._file_row, text="Results go to").grid(row=0, column=0, sticky="w")
        entry = ttk.Entry(self._file_row, textvariable=self.file, width=1)
        entry.grid(row=0, column=1, sticky="ew")
        Tooltip(
            entry,
            self._style,
            "Each run that is done is a line of this file, and its network a file in the folder beside it. After the "
            "program was closed, or the power failed, the search goes on from there.",
        )
        browse = ttk.Button(self._file_row, text="Browse…", command=self._on_browse)
        browse.grid(row=0, column=2)
        self._file_row.columnconfigure(1, weight=1)

    def _on_browse(self) -> None:
        path = self._events.on_browse(Path(self.file.get()).name)
        if path is not None:
            self.file.set(str(path))
        self.lift()

    def _on_afresh(self) -> None:
        self.axes.forget()
        self.options.forget()
        self._on_change()

    def _on_change(self) -> None:
        """Read everything anew, and say what it comes to or what is wrong."""
        axes, options = self.axes.read_axes(), self.options.read_options()
        self._plan = None
        if axes is None or options is None:
            self._say("", "The search can begin once the fields marked above are right.")
            return
        if options.repeats == 1 and all(len(axis.values) == 1 for axis in axes):
            self._say("", _NOTHING_VARIES)
            return
        try:
            plan = self._make_plan(axes, options)
            self._events.check_plan(plan)
            _check_file(self.file.get())
        except NnappError as error:
            self._show_error(error)
            return
        self._plan = plan
        text = runs_line(plan.n_configurations, plan.repeats, plan.n_runs, options.epochs)
        self._say(f"{text} at most." if plan.halving else f"{text}.", _TIME)

    def _make_plan(self, axes: tuple[Axis, ...], options: SearchOptions) -> SearchPlan:
        """Return the plan of what is typed.

        Raises
        ------
        SettingError
            If it contradicts itself, or a field of the training window is wrong.
        """
        fixed = {axis.name: axis.values[0] for axis in axes if len(axis.values) == 1}
        varied = tuple(axis for axis in axes if len(axis.values) > 1)
        settings = self._events.read_settings().but(epochs=options.epochs, **fixed)
        return SearchPlan(
            settings=settings,
            axes=varied or axes[:1],  # one configuration with several seeds
            sampling="grid" if options.budget is None else "random",
            budget=options.budget,
            repeats=options.repeats,
            halving=options.halving,
        )

    def _show_error(self, error: NnappError) -> None:
        """Say what is wrong, beside the field it belongs to if there is one."""
        name = getattr(error, "setting", None) or ""
        sentence = str(error)
        if name in self.axes.fields:
            self.axes.fields[name].show_problem(sentence)
        elif not self.options.show_error(name, sentence):
            self._say("", sentence, is_problem=True)
            return
        self._say("", "The search can begin once the fields marked above are right.")

    def _say(self, total: str, remark: str, *, is_problem: bool = False) -> None:
        self._sum.configure(text=total)
        self._problem.configure(text=remark, style="Error.TLabel" if is_problem else "Muted.TLabel")
        self._run.state(["disabled" if self._plan is None else "!disabled"])

    def _on_return(self) -> None:
        """Press the button that has the focus, from a field the obvious one."""
        focused = self.focus_get()
        (focused if isinstance(focused, ttk.Button) else self._run).invoke()

    def _on_run(self) -> None:
        self._on_change()  # the file may be there by now
        if self._plan is None:
            return
        try:
            self._events.on_run(self._plan, Path(self.file.get()))
        except NnappError as error:
            self._plan = None
            self._show_error(error)
            self.deiconify()  # where it was begun from elsewhere
        else:
            self.withdraw()

    def _place(self) -> None:
        """Take the size of the content, and keep it: sentences that come and go are scrolled to."""
        self.update_idletasks()
        self.geometry(f"{self.winfo_reqwidth()}x{self.winfo_reqheight()}")
        place_over(self, self.master.winfo_toplevel())

    def _on_style(self) -> None:
        self._lay_out()
        if self.winfo_viewable():
            self._place()

    def _lay_out(self) -> None:
        gap = self._style.px(2)
        self.configure(padx=2 * gap, pady=2 * gap)
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._scroller.grid(row=0, column=0, sticky="nsew")
        for part in (self._introduction, self.axes, self._line, self.options, self._file_row):
            part.pack(fill="x", pady=(0, 2 * gap), padx=(0, gap))
        for column in (1, 2):
            for widget in self._file_row.grid_slaves(row=0, column=column):
                widget.grid_configure(padx=(gap, 0))
        self._sum.grid(row=1, column=0, sticky="ew", pady=(gap, 0))
        self._problem.grid(row=2, column=0, sticky="ew")
        self._buttons.grid(row=3, column=0, sticky="ew", pady=(gap, 0))
        self._buttons.columnconfigure(1, weight=1)
        self._again.grid(row=0, column=0)
        self._close.grid(row=0, column=2, padx=gap)
        self._run.grid(row=0, column=3)


def _check_file(text: str) -> None:
    """Refuse a file that cannot be written, or that is there.

    Raises
    ------
    StorageError
    """
    if not text.strip() or not Path(text).name:
        raise StorageError("The results must go to a file; choose one with Browse.")
    if Path(text).exists():
        raise StorageError(
            f"The file for the results must be a new one; {Path(text).name} is there. To go on with its search, choose "
            "Open Search File."
        )
    check_writable(text)
