"""Shows a table of commands as the menus of a window."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from nnapp.gui.command import Command
from nnapp.gui.shortcuts import Shortcut
from nnapp.gui.style import Style

__all__ = ["CommandMenus"]


class CommandMenus:
    """The menu bar of a window, in the order of its commands. Tk thread only.

    Parameters
    ----------
    window : tk.Tk or tk.Toplevel
        It gets the menu bar.
    style : Style
    commands : sequence of Command
    variables : mapping of str to tk.Variable
        What the checks and the groups of radios show, by the name of their handler.
    on_choose : callable
        Called with the name of the command that was chosen.
    on_recent : callable
        Called with the name of the command and the file that was chosen.
    """

    def __init__(
        self,
        window: tk.Tk | tk.Toplevel,
        style: Style,
        commands: Sequence[Command],
        variables: Mapping[str, tk.Variable],
        on_choose: Callable[[str], None],
        on_recent: Callable[[str, Path], None],
    ) -> None:
        self._system = str(window.tk.call("tk", "windowingsystem"))
        self._on_choose = on_choose
        self._on_recent = on_recent
        self._style = style
        # A menu of X11 has no setting for the height of its lines, but they are as high as their picture.
        self._spacer = tk.PhotoImage(master=window)
        self._spaced: dict[str, Any] = {}
        if self._system == "x11":
            self._spaced = {"image": self._spacer, "compound": "left"}
        self._bar = tk.Menu(window, tearoff=False, relief="flat", borderwidth=0)
        self._menus: dict[str, tk.Menu] = {"": self._bar}
        self._entries: dict[str, tuple[tk.Menu, int]] = {}
        self._recent: dict[str, tk.Menu] = {}
        self._underlined: dict[tk.Menu, dict[int, str]] = {}
        for command in commands:
            if command.menu:
                self._add(command, variables)
        window.configure(menu=self._bar)
        style.on_change(self._bar, self._on_style)
        self._on_style()

    def enable(self, name: str, is_enabled: bool) -> None:
        """Make a command ready to be chosen, or grey."""
        if name in self._entries:
            menu, index = self._entries[name]
            menu.entryconfigure(index, state="normal" if is_enabled else "disabled")

    def label(self, name: str, text: str) -> None:
        """Change the words of a command."""
        if name in self._entries:
            menu, index = self._entries[name]
            menu.entryconfigure(index, label=text, underline=self._underline(menu, index, text))

    def show_recent(self, name: str, paths: Sequence[Path]) -> None:
        """Show files in the menu of a "recent" command, the newest first."""
        menu = self._recent[name]
        menu.delete(0, "end")
        for number, path in enumerate(paths, start=1):
            label = f"{number}  {path.name}   in {path.parent}"
            menu.add_command(label=label, underline=0, command=partial(self._on_recent, name, path), **self._spaced)
        if not paths:
            menu.add_command(label="Nothing opened yet", state="disabled", **self._spaced)

    def _add(self, command: Command, variables: Mapping[str, tk.Variable]) -> None:
        menu = self._menu(command.menu)
        if command.kind == "separator":
            menu.add_separator()
            return
        index = self._next_index(menu)
        underline = self._underline(menu, index, command.label)
        options: dict[str, Any] = {"label": command.label, "underline": underline, **self._spaced}
        if command.shortcut:
            # On X11 it would touch the edge of the menu.
            margin = "  " if self._system == "x11" else ""
            options["accelerator"] = Shortcut.parse(command.shortcut).accelerator(self._system) + margin
        if command.kind == "recent":
            self._recent[command.name] = tk.Menu(menu, tearoff=False)
            menu.add_cascade(menu=self._recent[command.name], **options)
            self.show_recent(command.name, [])
        else:
            options["command"] = partial(self._on_choose, command.name)
            if command.kind == "check":
                menu.add_checkbutton(variable=variables[command.name], **options)
            elif command.kind == "radio":
                menu.add_radiobutton(variable=variables[command.group], value=command.value, **options)
            else:
                menu.add_command(**options)
        self._entries[command.name] = menu, index

    def _menu(self, path: str) -> tk.Menu:
        """Return the menu with a path like "View/Theme", making it and those it is in when first asked for."""
        if path not in self._menus:
            parent_path, _, label = path.rpartition("/")
            parent = self._menu(parent_path)
            self._menus[path] = tk.Menu(parent, tearoff=False)
            underline = self._underline(parent, self._next_index(parent), label)
            spaced = self._spaced if parent_path else {}  # the bar needs none
            parent.add_cascade(label=label, menu=self._menus[path], underline=underline, **spaced)
        return self._menus[path]

    def _on_style(self) -> None:
        self._spacer.configure(width=self._style.px(1), height=self._style.px(5.5))
        if self._system != "aqua":
            self._bar.configure(background=self._style.palette.background)

    def _underline(self, menu: tk.Menu, index: int, text: str) -> int:
        """Return which letter of an entry chooses it: the first that no other entry of the menu has, or none."""
        taken = self._underlined.setdefault(menu, {})
        taken.pop(index, None)
        # The first letters of words are found sooner than those inside.
        starts = [place for place in range(len(text)) if place == 0 or text[place - 1] == " "]
        for place in chain(starts, range(len(text))):
            letter = text[place].lower()
            if letter.isalnum() and letter not in taken.values():
                taken[index] = letter
                return place
        return -1

    @staticmethod
    def _next_index(menu: tk.Menu) -> int:
        last = menu.index("end")
        return 0 if last is None else int(last) + 1
