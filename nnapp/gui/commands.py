"""Shows everything the program can do from one table: menus, shortcuts, buttons and the Help window's lines."""

from __future__ import annotations

import tkinter as tk
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tkinter import ttk

from nnapp.gui.command import Command, HelpRow, separator
from nnapp.gui.command_menus import CommandMenus
from nnapp.gui.shortcuts import KeyPresses, Shortcut, is_needed_by
from nnapp.gui.style import Style
from nnapp.gui.tooltip import Tooltip

__all__ = ["Command", "CommandTable", "HelpRow", "separator"]

_TEXT_CLASSES = ("Text", "Entry", "TEntry", "TCombobox", "TSpinbox")

_CommandButton = ttk.Button | ttk.Checkbutton | ttk.Radiobutton


class CommandTable:
    """The commands of a window. Tk thread only.

    Parameters
    ----------
    window : tk.Tk or tk.Toplevel
        It gets the menu bar and listens to the shortcuts.
    style : Style
    commands : sequence of Command
        In the order of the menus.
    handlers : mapping of str to callable
        What each command does. It is called without arguments for an action, with the new state (bool) for a
        check, with the new value (str) for a group of radios, and with the `Path` of the file for a recent.

    Raises
    ------
    ValueError
        If two commands have the same name or shortcut, or commands and handlers do not fit together.
    """

    def __init__(
        self,
        window: tk.Tk | tk.Toplevel,
        style: Style,
        commands: Sequence[Command],
        handlers: Mapping[str, Callable[..., None]],
    ) -> None:
        _check(commands, handlers)
        self._style = style
        self._system = str(window.tk.call("tk", "windowingsystem"))
        self._commands = {command.name: command for command in commands if command.kind != "separator"}
        self._handlers = dict(handlers)
        self._labels = {name: command.label for name, command in self._commands.items()}
        self._disabled: set[str] = set()
        self._buttons: dict[str, list[_CommandButton]] = {name: [] for name in self._commands}
        self._shortcuts = {
            Shortcut.parse(command.shortcut): command for command in self._commands.values() if command.shortcut
        }
        self._labelled: list[_CommandButton] = []  # those that show their command's label
        self._variables: dict[str, tk.BooleanVar | tk.StringVar] = {}
        for command in self._commands.values():
            if command.kind == "check":
                self._variables[command.name] = tk.BooleanVar(window, value=False)
            elif command.kind == "radio" and command.group not in self._variables:
                self._variables[command.group] = tk.StringVar(window, value=command.value)
        self._menus = CommandMenus(window, style, commands, self._variables, self._on_chosen, self._on_recent)
        self.listen_in(window)

    def listen_in(self, window: tk.Tk | tk.Toplevel) -> None:
        """Make the shortcuts work in another window as well."""
        KeyPresses(window, self._on_key)
        for shortcut in self._shortcuts:
            sequence = shortcut.sequence_in_text(self._system)
            for widget_class in _TEXT_CLASSES if sequence else ():
                # Doing nothing takes the place of what Tk's texts do, as "end of line" for Ctrl+E.
                window.bind_class(widget_class, sequence, lambda _event: None)

    def invoke(self, name: str) -> None:
        """Do a command, as its shortcut does; nothing happens while it is disabled."""
        command = self._commands[name]
        if name in self._disabled:
            return
        if command.kind == "check":
            self.show_value(name, not self.read_value(name))
        elif command.kind == "radio":
            self.show_value(command.group, command.value)
        self._on_chosen(name)

    def enable(self, name: str, is_enabled: bool = True) -> None:
        """Make a command available or not: its menu entry, its buttons and its shortcut."""
        if is_enabled:
            self._disabled.discard(name)
        else:
            self._disabled.add(name)
        self._menus.enable(name, is_enabled)
        for button in self._buttons[name]:
            button.state(["!disabled" if is_enabled else "disabled"])

    def is_enabled(self, name: str) -> bool:
        """Return whether a command is available."""
        return name not in self._disabled and name in self._commands

    def label(self, name: str, text: str) -> None:
        """Change the words of a command in its menu and on its buttons: "Pause" for "Train" while training."""
        self._labels[name] = text
        self._menus.label(name, text)
        for button in self._buttons[name]:
            if button in self._labelled:
                button.configure(text=_on_button(text))

    def read_value(self, name: str) -> bool | str:
        """Return whether a check is on, or the chosen value of a group of radios."""
        return self._variables[name].get()

    def show_value(self, name: str, value: bool | str) -> None:
        """Switch a check on or off, or choose a value of a group of radios, without calling the handler."""
        variable = self._variables[name]
        if isinstance(variable, tk.BooleanVar):
            variable.set(bool(value))
        else:
            variable.set(str(value))

    def show_recent(self, name: str, paths: Sequence[Path]) -> None:
        """Show files in the menu of a "recent" command, the newest first."""
        self._menus.show_recent(name, paths)

    def button(self, parent: tk.Misc, name: str, *, style: str = "", text: str | None = None) -> _CommandButton:
        """Return a new button for a command, or a check box for a check.

        It has the words of the command and follows `label`, unless it is given a `text` of its own. Its tooltip
        has the help and the shortcut, and it follows `enable`.
        """
        command = self._commands[name]
        words = _on_button(self._labels[name]) if text is None else text
        button: _CommandButton
        if command.kind == "check":
            variable = self._variables[name]
            button = ttk.Checkbutton(parent, text=words, variable=variable, command=lambda: self._on_chosen(name))
        elif command.kind == "radio":
            button = ttk.Radiobutton(
                parent,
                text=words,
                variable=self._variables[command.group],
                value=command.value,
                command=lambda: self._on_chosen(name),
            )
        else:
            button = ttk.Button(parent, text=words, command=lambda: self.invoke(name))
        if style:
            button.configure(style=style)
        button.state(["disabled" if name in self._disabled else "!disabled"])
        Tooltip(button, self._style, self._tip(command))
        self._buttons[name].append(button)
        if text is None:
            self._labelled.append(button)
        button.bind("<Destroy>", lambda _event: self._forget(name, button), add="+")
        return button

    def help_rows(self) -> list[HelpRow]:
        """Return what the Help window says, one row for each command in the order of the menus."""
        return [
            HelpRow(command.menu.replace("/", " → "), command.label, self._shortcut_text(command), command.help)
            for command in self._commands.values()
        ]

    def _forget(self, name: str, button: _CommandButton) -> None:
        self._buttons[name].remove(button)
        if button in self._labelled:
            self._labelled.remove(button)

    def _tip(self, command: Command) -> str:
        shortcut = self._shortcut_text(command)
        return f"{command.help} ({shortcut})" if shortcut else command.help

    def _shortcut_text(self, command: Command) -> str:
        return Shortcut.parse(command.shortcut).text(self._system) if command.shortcut else ""

    def _on_key(self, event: tk.Event[tk.Misc], is_repeat: bool) -> bool:
        for shortcut, command in self._shortcuts.items():
            if shortcut.matches(event, self._system):
                if is_needed_by(event.widget, shortcut):
                    return False
                if command.repeats or not is_repeat:
                    self.invoke(command.name)
                # Even without effect it goes no further: F10 would open the menus.
                return True
        return False

    def _on_chosen(self, name: str) -> None:
        """Call the handler of a command whose variable has its new value already."""
        handler = self._handlers[self._commands[name].handled_by]
        if self._commands[name].handled_by in self._variables:
            handler(self.read_value(self._commands[name].handled_by))
        else:
            handler()

    def _on_recent(self, name: str, path: Path) -> None:
        self._handlers[name](path)


def _on_button(label: str) -> str:
    return label.removesuffix("…")


def _check(commands: Sequence[Command], handlers: Mapping[str, Callable[..., None]]) -> None:
    """Refuse a table that does not hold together; the messages are for whoever writes the table."""
    real = [command for command in commands if command.kind != "separator"]
    names = Counter(command.name for command in real)
    shortcuts = Counter(Shortcut.parse(command.shortcut).text("x11") for command in real if command.shortcut)
    twice = [text for text, count in (names + shortcuts).items() if count > 1]
    if twice:
        raise ValueError(f"The names and shortcuts of commands must differ; got twice: {', '.join(twice)}.")
    needed = {command.handled_by for command in real}
    if needed != set(handlers):
        raise ValueError(
            f"Every command needs one handler and every handler a command; alone: {needed ^ set(handlers)}."
        )
    unexplained = [command.name for command in real if not command.help or not command.label]
    if unexplained:
        raise ValueError(f"Every command needs a label and a help sentence; missing: {', '.join(unexplained)}.")
