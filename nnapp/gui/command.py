"""Shows as a menu entry, a button and a line of the Help window: one thing the program can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

__all__ = ["Command", "CommandKind", "HelpRow", "separator"]

CommandKind = Literal["action", "check", "radio", "recent", "separator"]


@dataclass(frozen=True)
class Command:
    """One thing the program can do.

    Attributes
    ----------
    name : str
        How the program knows it, "save_network".
    label : str
        How people know it, "Save Network". Ends in "…" if a question follows.
    menu : str
        The menu it is in, "File", or "View/Theme" for a menu inside another. "" for none.
    shortcut : str
        "Ctrl+Shift+S", "F5", "" for none. "Ctrl" is the Command key on macOS.
    help : str
        One sentence that says what it does.
    kind : {"action", "check", "radio", "recent", "separator"}
        A check is on or off; of the radios of a `group` one is chosen; a recent is a menu of files.
    group : str
        Of a radio: the name of the choice it belongs to, which its handler has.
    value : str
        Of a radio: what is chosen by it.
    repeats : bool
        Whether holding the shortcut does it again and again, as for "next image".
    """

    name: str
    label: str = ""
    menu: str = ""
    shortcut: str = ""
    help: str = ""
    kind: CommandKind = "action"
    group: str = ""
    value: str = ""
    repeats: bool = False

    @property
    def handled_by(self) -> str:
        """Name of its handler: the group's for a radio, its own for all others."""
        return self.group if self.kind == "radio" else self.name


class HelpRow(NamedTuple):
    """What the Help window says about a command."""

    menu: str
    label: str
    shortcut: str
    help: str


def separator(menu: str) -> Command:
    """Return a line between the commands of a menu."""
    return Command(name="", menu=menu, kind="separator")
