"""Shows what happened, line by line, with the time of day; problems stand out by colour and by word."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from time import localtime, strftime
from tkinter import ttk
from typing import Any, Literal

from nnapp.display.text_fitting import shorten
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["LogView"]

MAX_LINES = 2_000
_LONGEST_LINE = 4_000  # characters; some of what is told comes from files

_Kind = Literal["info", "detail", "warning", "error", "success"]
# Colour alone would be lost on those who cannot see it, and in a copied or saved text.
_WORDS: dict[_Kind, str] = {"warning": "warning: ", "error": "error: ", "success": "✓ "}


class LogView(ttk.Frame):
    """A log that can be read, copied, saved and cleared. Tk thread only.

    It keeps 2,000 lines, of which the oldest details go first, and follows the newest unless somebody has scrolled
    up to read.

    Parameters
    ----------
    parent : widget
    style : Style
    on_save : callable (str) -> None, optional
        Called with the whole visible text when it is to be saved; without it there is no button for that.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_save: Callable[[str], None] | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._on_save = on_save
        self._is_verbose = tk.BooleanVar(self, value=False)
        self._follows = True
        self._height_px = 0
        self._build_bar()
        self._text = tk.Text(self, state="disabled", wrap="word", font="nnapp-mono", width=40, height=6, takefocus=True)
        self._scrollbar = ttk.Scrollbar(self, orient="vertical", command=self._text.yview)
        self._text.configure(yscrollcommand=self._on_scroll)
        self._text.grid(row=1, column=0, sticky="nsew")
        self._scrollbar.grid(row=1, column=1, sticky="ns")
        self.rowconfigure(1, weight=1)
        self.columnconfigure(0, weight=1)
        # A disabled text takes no focus by itself, and without it the selection cannot be copied with Ctrl+C.
        self._text.bind("<Button-1>", lambda _: self._text.focus_set(), add="+")
        style.on_change(self, self._apply_style)
        self._apply_style()

    def info(self, text: str) -> None:  # type: ignore[override] # that of tkinter is another name for pack_info
        """Add an ordinary line."""
        self._add("info", text)

    def detail(self, *texts: str) -> None:
        """Add lines that show only while *Verbose* is on."""
        self._add("detail", *texts)

    def warning(self, text: str) -> None:
        """Add a line about something that may not be what was wanted."""
        self._add("warning", text)

    def error(self, text: str) -> None:
        """Add a line about something that failed."""
        self._add("error", text)

    def success(self, text: str) -> None:
        """Add a line about something that is done and good."""
        self._add("success", text)

    def read_text(self) -> str:
        """Return what is shown, one line of the log to a line, without details unless *Verbose* is on."""
        return self._read("1.0", "end-1c")

    @property
    def is_verbose(self) -> bool:
        """Whether details are shown."""
        return self._is_verbose.get()

    def set_verbose(self, is_verbose: bool) -> None:
        """Show the details, those of the past too, or hide them."""
        self._is_verbose.set(is_verbose)
        self._text.tag_configure("detail", elide=not is_verbose)
        self._see_end()

    def clear(self) -> None:
        """Remove all lines."""
        self._change(lambda: self._text.delete("1.0", "end"))
        self._follows = True

    def copy(self) -> None:
        """Put the selected text on the clipboard, or all that is shown if nothing is selected."""
        selected = self._text.tag_ranges("sel")
        self.clipboard_clear()
        self.clipboard_append(self._read(*map(str, selected)) if selected else self.read_text())

    def _read(self, start: str, end: str) -> str:
        """Return the text between two places, without what is not displayed."""
        return str(self._text.tk.call(str(self._text), "get", "-displaychars", start, end))

    def _add(self, kind: _Kind, *texts: str) -> None:
        time = strftime("%H:%M:%S  ", localtime())
        parts: list[Any] = []  # texts and their tags in turn, for one call of Tk however many lines there are
        for text in texts:
            parts += [time, (kind, "time"), f"{_WORDS.get(kind, '')}{shorten(text, _LONGEST_LINE)}\n", (kind,)]

        def insert() -> None:
            self._text.insert("end", *parts)
            n_lines = int(self._text.index("end-1c").partition(".")[0]) - 1
            for _ in range(n_lines - MAX_LINES):
                # The thousands of epochs of a long run must not push out what began it.
                details = self._text.tag_nextrange("detail", "1.0")
                oldest = f"{details[0] if details else '1.0'} linestart"
                self._text.delete(oldest, f"{oldest} + 1 line")

        self._change(insert)
        if kind != "detail" or self.is_verbose:  # to go to the end takes much longer than to add a line
            self._see_end()

    def _change(self, change: Callable[[], None]) -> None:
        self._text.configure(state="normal")
        change()
        self._text.configure(state="disabled")

    def _see_end(self) -> None:
        if self._follows:
            self._text.see("end")

    def _on_scroll(self, first: float, last: float) -> None:
        """Move the scrollbar; Tk hands both fractions over as text."""
        self._scrollbar.set(first, last)
        height_px = self._text.winfo_height()
        if height_px != self._height_px:
            # The window changed, not the reader's mind.
            self._height_px = height_px
            self._see_end()
        else:
            self._follows = float(last) >= 1.0

    def _build_bar(self) -> None:
        bar = ttk.Frame(self)
        bar.grid(row=0, column=0, columnspan=2, sticky="ew", pady=(0, self._style.px(1)))
        bar.columnconfigure(0, weight=1)
        ttk.Label(bar, text="Log", style="Bold.TLabel").grid(row=0, column=0, sticky="w")
        verbose = ttk.Checkbutton(
            bar, text="Verbose", variable=self._is_verbose, command=lambda: self.set_verbose(self.is_verbose)
        )
        verbose.grid(row=0, column=1, padx=self._style.px(2))
        Tooltip(verbose, self._style, "Show every detail, those of the past too.")
        buttons: list[tuple[str, Callable[[], None], str]] = [
            ("Copy", self.copy, "Copy the selected text, or the whole log if nothing is selected."),
            ("Save…", self._save, "Save the log as a text file."),
            ("Clear", self.clear, "Remove all lines."),
        ]
        for column, (text, command, help_text) in enumerate(buttons, start=2):
            if command == self._save and self._on_save is None:
                continue
            button = ttk.Button(bar, text=text, style="Tool.TButton", command=command)
            button.grid(row=0, column=column)
            Tooltip(button, self._style, help_text)

    def _save(self) -> None:
        if self._on_save is not None:
            self._on_save(self.read_text())

    def _apply_style(self) -> None:
        palette = self._style.palette
        indent_px = self._text.tk.call("font", "measure", "nnapp-mono", "00:00:00  ")
        self._text.configure(padx=self._style.px(1.5), pady=self._style.px(1))
        colors = {
            "info": palette.text,
            "detail": palette.muted_text,
            "warning": palette.warning,
            "error": palette.error,
            "success": palette.success,
            "time": palette.muted_text,
        }
        for tag, color in colors.items():
            self._text.tag_configure(tag, foreground=color, lmargin2=indent_px)
        self._text.tag_configure("detail", elide=not self.is_verbose)
        self._text.tag_raise("time")
        self._text.tag_raise("sel")
