"""Shows every command with its shortcut and what it does, and whatever else there is to know, with a search."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from itertools import groupby
from tkinter import ttk

from nnapp.gui.command import HelpRow
from nnapp.gui.placement import place_over
from nnapp.gui.style import Style

__all__ = ["HelpWindow"]


class HelpWindow(tk.Toplevel):
    """The Help window. Escape closes it. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    title : str
        Title of the window.
    rows : sequence of HelpRow
        From `CommandTable.help_rows`.
    sections : sequence of (heading, text)
        What comes before the commands.
    """

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        title: str,
        rows: Sequence[HelpRow],
        sections: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(parent)
        self.withdraw()
        self.title(title)
        self._style = style
        self._rows = list(rows)
        self._sections = list(sections)
        self._search = tk.StringVar(self)
        self._field = ttk.Entry(self, textvariable=self._search)
        self._text = tk.Text(self, wrap="word", cursor="arrow", state="disabled", width=76, height=30)
        self._lay_out()
        self._search.trace_add("write", lambda *_: self._show_matches())
        self.bind("<Escape>", lambda _event: self.destroy())
        self._field.bind("<Down>", lambda _event: self._text.yview_scroll(3, "units"))
        self._field.bind("<Up>", lambda _event: self._text.yview_scroll(-3, "units"))
        self._field.bind("<Next>", lambda _event: self._text.yview_scroll(1, "pages"))
        self._field.bind("<Prior>", lambda _event: self._text.yview_scroll(-1, "pages"))
        style.on_change(self, self._on_style)
        self._on_style()
        self._show_matches()
        place_over(self, parent)
        self.deiconify()
        self._field.focus_set()

    def read_text(self) -> str:
        """Return all text that is shown."""
        return self._text.get("1.0", "end-1c")

    def _lay_out(self) -> None:
        px = self._style.px
        self.columnconfigure(1, weight=1)
        self.rowconfigure(1, weight=1)
        scrollbar = ttk.Scrollbar(self, command=self._text.yview, takefocus=False)
        self._text.configure(yscrollcommand=scrollbar.set)
        find = ttk.Label(self, text="Find", underline=0)
        find.grid(row=0, column=0, padx=(px(4), px(2)), pady=px(3))
        self.bind("<Alt-f>", lambda _event: self._field.focus_set())
        self._field.grid(row=0, column=1, columnspan=2, sticky="we", padx=(0, px(4)), pady=px(3))
        self._text.grid(row=1, column=0, columnspan=2, sticky="nswe", padx=(px(4), 0))
        scrollbar.grid(row=1, column=2, sticky="ns", padx=(0, px(4)))
        close = ttk.Button(self, text="Close", command=self.destroy)
        close.grid(row=2, column=0, columnspan=3, sticky="e", padx=px(4), pady=px(3))

    def _show_matches(self) -> None:
        """Show the sections and commands in which every word of the search is found."""
        words = self._search.get().lower().split()

        def matches(*texts: str) -> bool:
            text = " ".join(texts).lower()
            return all(word in text for word in words)

        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        for heading, text in self._sections:
            if matches(heading, text):
                self._text.insert("end", f"{heading}\n", "heading", f"{text}\n", "body")
        rows = [row for row in self._rows if matches(*row)]
        for menu, group in groupby(rows, key=lambda row: row.menu):
            self._text.insert("end", f"{menu or 'Keys'}\n", "heading")
            for row in group:
                self._text.insert("end", f"{row.label}\t", "label", f"{row.shortcut}\n", "shortcut")
                self._text.insert("end", f"{row.help}\n", "help")
        if not self.read_text():
            self._text.insert("end", f"Nothing here has “{self._search.get()}” in it.", "body")
        self._text.configure(state="disabled")

    def _on_style(self) -> None:
        px, palette = self._style.px, self._style.palette
        self._text.configure(
            background=palette.surface, foreground=palette.text, font="nnapp-body", padx=px(4), pady=px(2), tabs=px(70)
        )
        self._text.tag_configure("heading", font="nnapp-heading", spacing1=px(4), spacing3=px(1))
        self._text.tag_configure("body", spacing2=px(0.5))
        self._text.tag_configure("label", font="nnapp-bold", spacing1=px(2))
        self._text.tag_configure("shortcut", font="nnapp-mono", foreground=palette.accent)
        self._text.tag_configure("help", foreground=palette.muted_text)
        for tag in ("body", "label", "help"):
            self._text.tag_configure(tag, lmargin1=px(3), lmargin2=px(3))
