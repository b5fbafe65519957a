"""Shows the few questions that cannot be asked in the window itself, and waits for the answer."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Mapping
from functools import partial
from tkinter import ttk
from typing import ClassVar, Literal, cast

from nnapp.gui.file_dialogs import FileType, ask_open, ask_save
from nnapp.gui.placement import place_over
from nnapp.gui.style import Style
from nnapp.gui.text_window import show_text

__all__ = ["FileType", "ask_choice", "ask_open", "ask_save", "ask_save_changes", "show_text"]


def ask_save_changes(parent: tk.Misc, style: Style, name: str) -> Literal["save", "discard", "cancel"]:
    """Ask what to do with something unsaved before it is lost. Escape cancels. Tk thread only.

    Parameters
    ----------
    parent : tk.Misc
        The window that asks.
    style : Style
    name : str
        What is unsaved, "relu-adam.nn".
    """
    answer = ask_choice(
        parent,
        style,
        title="Save changes?",
        message=f"Save the changes to {name}?",
        detail="Without saving they are lost.",
        choices={"save": "Save", "discard": "Don’t save", "cancel": "Cancel"},
        cancel="cancel",
    )
    return cast(Literal["save", "discard", "cancel"], answer)


def ask_choice(
    parent: tk.Misc,
    style: Style,
    *,
    title: str,
    message: str,
    detail: str = "",
    choices: Mapping[str, str],
    cancel: str,
) -> str:
    """Ask a question with one button for each answer, and wait for it. Tk thread only.

    Return chooses the button that has the focus, at first the first; Tab and the arrow keys go from one to the
    next, an underlined letter chooses at once, and Escape and closing the window mean `cancel`.

    Parameters
    ----------
    parent : tk.Misc
        The window that asks; it takes no events meanwhile.
    style : Style
    title, message, detail : str
        Title of the window, the question, and what it means.
    choices : mapping of str to str
        For each answer the words of its button, the obvious one first.
    cancel : str
        The answer that changes nothing.

    Returns
    -------
    str
        A key of `choices`.
    """
    if _Question.open_one is not None:
        # The window manager can close a window that waits for an answer; one question at a time is enough.
        _Question.open_one.lift()
        return cancel
    question = _Question(parent, style, title, message, detail, choices, cancel)
    question.wait_window()
    return question.answer


class _Question(tk.Toplevel):
    """A modal window with a question and its answers."""

    open_one: ClassVar[_Question | None] = None

    def __init__(
        self,
        parent: tk.Misc,
        style: Style,
        title: str,
        message: str,
        detail: str,
        choices: Mapping[str, str],
        cancel: str,
    ) -> None:
        super().__init__(parent)
        _Question.open_one = self
        self.withdraw()
        self.title(title)
        self.resizable(False, False)
        self.answer = cancel
        self._buttons: list[ttk.Button] = []
        self._lay_out(style, message, detail, choices)
        self.bind("<Escape>", lambda _event: self.destroy())
        self.bind("<Return>", lambda _event: self._invoke_focused())
        self.bind("<KP_Enter>", lambda _event: self._invoke_focused())
        self.bind("<Map>", self._on_map)
        self._open_over(parent.winfo_toplevel())

    def _lay_out(self, style: Style, message: str, detail: str, choices: Mapping[str, str]) -> None:
        px = style.px
        frame = ttk.Frame(self, padding=px(5))
        frame.grid()
        wrap_px = px(100)
        ttk.Label(frame, text=message, style="Heading.TLabel", wraplength=wrap_px).grid(sticky="w")
        if detail:
            ttk.Label(frame, text=detail, style="Muted.TLabel", wraplength=wrap_px).grid(sticky="w", pady=(px(1.5), 0))
        row = ttk.Frame(frame)
        row.grid(sticky="e", pady=(px(5), 0))
        letters: set[str] = set()
        for answer, text in choices.items():
            letter = next(letter for letter in text.lower() if letter.isalpha() and letter not in letters)
            letters.add(letter)
            choose = partial(self._choose, answer)
            button = ttk.Button(row, text=text, underline=text.lower().find(letter), command=choose)
            button.configure(style="TButton" if self._buttons else "Accent.TButton")
            button.grid(row=0, column=len(self._buttons), padx=(px(2) if self._buttons else 0, 0))
            button.bind("<Left>", partial(self._move_focus, -1))
            button.bind("<Right>", partial(self._move_focus, 1))
            self.bind(f"<{letter}>", choose)
            self.bind(f"<Alt-{letter}>", choose)
            self._buttons.append(button)

    def _open_over(self, owner: tk.Tk | tk.Toplevel) -> None:
        if owner.winfo_viewable():
            owner.lift()  # asked from another window of the program, the question would be behind that one
            self.transient(owner)
        place_over(self, owner)
        self.deiconify()

    def _on_map(self, event: tk.Event[tk.Misc]) -> None:
        # Only a window that is on the screen can keep the others from taking events.
        if event.widget is self:
            self.grab_set()
            self._buttons[0].focus_set()

    def _move_focus(self, step: int, _event: tk.Event[tk.Misc]) -> None:
        focused = self.focus_get()
        places = [place for place, button in enumerate(self._buttons) if button is focused]
        self._buttons[(places[0] + step if places else 0) % len(self._buttons)].focus_set()

    def _invoke_focused(self) -> None:
        focused = self.focus_get()
        (focused if isinstance(focused, ttk.Button) else self._buttons[0]).invoke()

    def _choose(self, answer: str, _event: tk.Event[tk.Misc] | None = None) -> None:
        self.answer = answer
        self.destroy()

    def destroy(self) -> None:
        """Close the window, so that another may ask."""
        _Question.open_one = None
        super().destroy()
