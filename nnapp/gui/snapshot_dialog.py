"""Shows a question: under which name, and after which epochs, the network is to be saved while it trains."""

from __future__ import annotations

import tkinter as tk
from pathlib import Path
from tkinter import ttk

from nnapp.errors import NnappError, StorageError
from nnapp.gui.placement import place_over
from nnapp.gui.snapshot_plan import SnapshotPlan
from nnapp.gui.style import Style
from nnapp.storage.files import check_writable
from nnapp.storage.trained_networks import parse_snapshot_epochs

__all__ = ["SnapshotDialog"]

_MOST_NAMES = 4


class SnapshotDialog(tk.Toplevel):
    """Asks for a base name and epochs, and shows the names of the files that will be written. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    base : str
        Path to propose.
    n_epochs : int
        Length of the run.

    Attributes
    ----------
    plan : SnapshotPlan or None
        What was decided, None after Cancel.
    """

    def __init__(self, parent: tk.Misc, style: Style, base: str, n_epochs: int) -> None:
        super().__init__(parent)
        self.withdraw()
        self.title("Train Saving Progress")
        self.plan: SnapshotPlan | None = None
        self._n_epochs = n_epochs
        self._base = tk.StringVar(self, base)
        self._epochs = tk.StringVar(self, ", ".join(map(str, _proposed_epochs(n_epochs))))
        self._preview = ttk.Label(self, justify="left", wraplength=style.px(110))
        self._epochs_entry = ttk.Entry(self, textvariable=self._epochs)
        self._buttons = ttk.Frame(self)
        self._cancel = ttk.Button(self._buttons, text="Cancel", command=self.destroy)
        self._ok = ttk.Button(self._buttons, text="Train", style="Accent.TButton", command=self._on_ok)
        self._lay_out(style)
        for variable in (self._base, self._epochs):
            variable.trace_add("write", lambda *_: self._check())
        self._check()
        self.bind("<Return>", lambda _: self._on_return())
        self.bind("<KP_Enter>", lambda _: self._on_return())
        self.bind("<Escape>", lambda _: self.destroy())
        self.bind("<Map>", self._on_map)

    def ask(self) -> SnapshotPlan | None:
        """Show the dialog until it is answered and return the plan, None if it was cancelled."""
        self.transient(self.master.winfo_toplevel())
        place_over(self, self.master)
        self.deiconify()
        self.wait_window()
        return self.plan

    def _lay_out(self, style: Style) -> None:
        gap = style.px(2)
        self.columnconfigure(1, weight=1)
        self.configure(padx=style.px(4), pady=style.px(4))
        ttk.Label(self, text="Base name").grid(row=0, column=0, sticky="w", pady=gap)
        base_entry = ttk.Entry(self, textvariable=self._base, width=44)
        base_entry.grid(row=0, column=1, sticky="ew", padx=(gap, 0), pady=gap)
        ttk.Label(self, text="Save after epochs").grid(row=1, column=0, sticky="w", pady=gap)
        self._epochs_entry.grid(row=1, column=1, sticky="ew", padx=(gap, 0), pady=gap)
        self._preview.grid(row=2, column=0, columnspan=2, sticky="ew", pady=gap)
        self._buttons.grid(row=3, column=0, columnspan=2, sticky="e", pady=(gap, 0))
        self._cancel.pack(side="left", padx=(0, gap))
        self._ok.pack(side="left")
        # Tab goes from one to the next in the order of the stack.
        for widget in (base_entry, self._epochs_entry, self._buttons):
            widget.lift()

    def _on_map(self, event: tk.Event[tk.Misc]) -> None:
        # Only a window that is on the screen can keep the others from taking events.
        if event.widget is self:
            self.grab_set()
            self._epochs_entry.focus_set()

    def _read_plan(self) -> SnapshotPlan:
        base = self._base.get().strip()
        if not Path(base).name:
            raise StorageError(f"The base name must be the name of a file; got {base or 'nothing'}.")
        plan = SnapshotPlan(base, parse_snapshot_epochs(self._epochs.get(), self._n_epochs))
        check_writable(plan.paths[0])
        return plan

    def _check(self) -> None:
        try:
            names = [Path(path).name for path in self._read_plan().paths]
        except NnappError as error:
            self._preview.configure(text=str(error), style="Error.TLabel")
            self._ok.state(["disabled"])
            return
        more = f" … and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        self._preview.configure(text="Saves " + ", ".join(names[:_MOST_NAMES]) + more, style="Muted.TLabel")
        self._ok.state(["!disabled"])

    def _on_return(self) -> None:
        """Press the button that has the focus, from a field the obvious one."""
        (self._cancel if self.focus_get() is self._cancel else self._ok).invoke()

    def _on_ok(self) -> None:
        try:
            self.plan = self._read_plan()
        except NnappError:  # the folder is gone since it was looked at
            self._check()
        else:
            self.destroy()


def _proposed_epochs(n_epochs: int) -> list[int]:
    """Return a few epochs, close together at first, when most happens."""
    return sorted({1, *(epoch for epoch in (2, 5, 10, 20, 50, 100, 200, 500, 1000) if epoch < n_epochs), n_epochs})
