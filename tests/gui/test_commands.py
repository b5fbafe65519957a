"""The table of commands: menus, shortcuts, buttons and help from one list, worked with real keys and clicks."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import ttk
from typing import Any

import pytest

from nnapp.gui.commands import Command, CommandTable, HelpRow, separator
from nnapp.gui.style import Style

COMMANDS = [
    Command("load", "Load Network…", "File", "Ctrl+O", "Loads a network from a file."),
    Command("recent", "Recent Networks", "File", "", "Loads a network used before.", kind="recent"),
    separator("File"),
    Command("save", "Save Network", "File", "Ctrl+S", "Saves the network."),
    Command("save_as", "Save Network As…", "File", "Ctrl+Shift+S", "Saves the network under another name."),
    Command("train", "Train", "Train", "F5", "Trains the network, or pauses."),
    Command("stop", "Stop", "Train", "Shift+F5", "Stops training."),
    Command("step", "Step One Epoch", "Train", "F10", "Trains for one epoch."),
    Command("evaluate", "Evaluate", "Train", "Ctrl+E", "Counts the mistakes on the test set."),
    Command("next", "Next Image", "View", "Right", "Shows the next test image.", repeats=True),
    Command("play", "Play", "View", "P", "Shows one test image after the other."),
    Command("verbose", "Verbose Log", "View", "Ctrl+L", "Shows details in the log.", kind="check"),
    Command("light", "Light", "View/Theme", "", "Dark text on light.", kind="radio", group="theme", value="light"),
    Command("dark", "Dark", "View/Theme", "Ctrl+D", "Light text on dark.", kind="radio", group="theme", value="dark"),
    Command("copy", "Copy", "", "Ctrl+C", "Copies the indices."),
]


class Calls(list[tuple[Any, ...]]):
    """The calls of the handlers, in order: name and argument."""

    def handler(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.append((name, *arguments))


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def table(root: tk.Tk, style: Style, calls: Calls) -> CommandTable:
    root.geometry("500x300+100+100")
    names = {command.handled_by for command in COMMANDS} - {""}
    table = CommandTable(root, style, COMMANDS, {name: calls.handler(name) for name in names})
    root.update()
    return table


def menu_of(root: tk.Tk, *path: str) -> tk.Menu:
    """Return a menu by the labels that lead to it."""
    menu: tk.Menu = root.nametowidget(root.cget("menu"))
    for label in path:
        menu = root.nametowidget(menu.entrycget(label, "menu"))
    return menu


def labels_of(menu: tk.Menu) -> list[str]:
    kinds = [menu.type(index) for index in range((menu.index("end") or 0) + 1)]
    return ["-" if kind == "separator" else menu.entrycget(index, "label") for index, kind in enumerate(kinds)]


def open_menus(root: tk.Tk, path: str = ".") -> list[str]:
    """Return the menus that are unfolded; Tk unfolds a copy of a menu, of which Python knows nothing."""
    found = []
    for child in root.tk.splitlist(root.tk.call("winfo", "children", path)):
        is_menu = root.tk.call("winfo", "class", child) == "Menu"
        if (
            is_menu
            and root.tk.call("winfo", "viewable", child)
            and str(root.tk.call(child, "cget", "-type")) != "menubar"
        ):
            found.append(child)
        found += open_menus(root, child)
    return found


def test_menus_have_the_commands_in_order(root: tk.Tk, table: CommandTable) -> None:
    assert labels_of(menu_of(root)) == ["File", "Train", "View"]
    assert labels_of(menu_of(root, "File")) == [
        "Load Network…", "Recent Networks", "-", "Save Network", "Save Network As…",
    ]  # fmt: skip
    assert labels_of(menu_of(root, "View")) == ["Next Image", "Play", "Verbose Log", "Theme"]
    assert labels_of(menu_of(root, "View", "Theme")) == ["Light", "Dark"]
    assert menu_of(root, "File").entrycget("Save Network As…", "accelerator").strip() == "Ctrl+Shift+S"


def test_every_menu_entry_has_a_letter_of_its_own(root: tk.Tk, table: CommandTable) -> None:
    for path in ([], ["File"], ["Train"], ["View"], ["View", "Theme"]):
        menu = menu_of(root, *path)
        entries = [label for label in labels_of(menu) if label != "-"]
        letters = [label[int(menu.entrycget(label, "underline"))].lower() for label in entries]
        assert len(set(letters)) == len(letters), letters


@pytest.mark.parametrize(
    ("keys", "call"),
    [
        ("ctrl+o", ("load",)),
        ("ctrl+s", ("save",)),
        ("ctrl+shift+s", ("save_as",)),
        ("F5", ("train",)),
        ("shift+F5", ("stop",)),
        ("F10", ("step",)),
        ("ctrl+e", ("evaluate",)),
        ("p", ("play",)),
        ("Right", ("next",)),
        ("ctrl+c", ("copy",)),
        ("ctrl+l", ("verbose", True)),
        ("ctrl+d", ("theme", "dark")),
    ],
)
def test_shortcut_fires_exactly_once(
    root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any, let_pass: Any, keys: str, call: tuple[Any, ...]
) -> None:
    xdo.key(keys)
    let_pass(0.05)
    assert calls == [call]


@pytest.mark.parametrize("keys", ["ctrl+alt+s", "ctrl+F5", "shift+p", "alt+Right", "s"])
def test_other_keys_fire_nothing(
    root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any, let_pass: Any, keys: str
) -> None:
    xdo.key(keys)
    let_pass(0.05)
    assert calls == []


@pytest.mark.parametrize("field", [ttk.Entry, ttk.Combobox, ttk.Spinbox, tk.Text])
def test_while_typing(
    root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any, let_pass: Any, field: type[tk.Misc]
) -> None:
    """What is typed is typed; the shortcuts of the program work all the same and do not edit the text."""
    widget = field(root)
    widget.pack()  # type: ignore[attr-defined]  # every widget has it
    widget.focus_set()
    root.update()
    xdo.type("p p")
    xdo.key("Left", "Right", "ctrl+a", "ctrl+c")
    read = (lambda: widget.get("1.0", "end-1c")) if isinstance(widget, tk.Text) else widget.get  # type: ignore[attr-defined]
    assert read() == "p p"
    assert calls == []
    # Tk's own meanings: Ctrl+O opens a line, Ctrl+D deletes a character, Ctrl+E goes to the end.
    xdo.key("Home", "ctrl+o", "ctrl+d", "ctrl+e", "F5", "ctrl+s")
    let_pass(0.05)
    assert read() == "p p"
    assert calls == [("load",), ("theme", "dark"), ("evaluate",), ("train",), ("save",)]
    if isinstance(widget, ttk.Entry):
        assert widget.index("insert") == 0


def test_log_can_be_read_with_the_keyboard(root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any) -> None:
    text = tk.Text(root, state="disabled")
    text.pack()
    text.focus_set()
    root.update()
    xdo.key("Right", "ctrl+c", "p")
    assert calls == [("play",)]


def test_key_held_down_repeats_only_what_should(
    root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any, let_pass: Any
) -> None:
    for key in ("F5", "Right"):
        xdo.key_down(key)
        let_pass(1.0)  # X11 starts to repeat after 0.66 s
        xdo.key_up(key)
    assert calls.count(("train",)) == 1
    assert calls.count(("next",)) > 2
    xdo.key("F5", "F5")  # pressed again it is new
    assert calls.count(("train",)) == 3


def test_disabled_command_is_dead_everywhere(
    root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any, let_pass: Any
) -> None:
    button = table.button(root, "step")
    button.pack()
    table.enable("step", False)
    assert not table.is_enabled("step")
    assert menu_of(root, "Train").entrycget("Step One Epoch", "state") == "disabled"
    xdo.click(button)
    xdo.key("F10")
    table.invoke("step")
    let_pass(0.05)
    assert calls == []
    assert table.button(root, "step").instate(["disabled"])  # one made later as well
    table.enable("step")
    assert menu_of(root, "Train").entrycget("Step One Epoch", "state") == "normal"
    xdo.click(button)
    assert calls == [("step",)]


def test_menus_work_by_keyboard(root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any, wait_until: Any) -> None:
    xdo.key("alt+f")
    wait_until(lambda: open_menus(root))
    xdo.key("Return")  # the first entry is chosen already
    wait_until(lambda: calls)
    xdo.key("alt+t", "s")  # the underlined letter of Stop
    wait_until(lambda: len(calls) == 2)
    xdo.key("alt+v", "t", "d")  # into the menu inside
    wait_until(lambda: len(calls) == 3)
    xdo.key("alt+v", "v")
    wait_until(lambda: len(calls) == 4)
    assert calls[1:] == [("stop",), ("theme", "dark"), ("verbose", True)]
    assert table.read_value("theme") == "dark"
    assert table.read_value("verbose") is True


def test_step_does_not_open_the_menus(root: tk.Tk, table: CommandTable, xdo: Any, let_pass: Any) -> None:
    """F10 opens the menus in every Tk program that does not use it for something else."""
    for is_enabled in (True, False):
        table.enable("step", is_enabled)
        xdo.key("F10")
        let_pass(0.05)
        assert open_menus(root) == []


def test_check_and_radio_agree_everywhere(root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any) -> None:
    box = table.button(root, "verbose")
    assert isinstance(box, ttk.Checkbutton)
    box.pack()
    root.update()
    xdo.click(box)
    assert table.read_value("verbose") is True
    xdo.key("ctrl+l")
    assert box.instate(["!selected"])
    table.invoke("verbose")
    table.invoke("light")
    assert calls == [("verbose", True), ("verbose", False), ("verbose", True), ("theme", "light")]
    table.show_value("verbose", False)
    table.show_value("theme", "dark")
    assert box.instate(["!selected"])
    assert len(calls) == 4  # showing is not choosing


def test_button_says_what_it_does(root: tk.Tk, table: CommandTable, xdo: Any, wait_until: Any) -> None:
    button = table.button(root, "load", style="Accent.TButton")
    button.pack(pady=30)
    root.update()
    assert button.cget("text") == "Load Network"
    assert button.cget("style") == "Accent.TButton"
    xdo.move(button)

    def tips() -> list[str]:
        windows = [child for child in button.winfo_children() if isinstance(child, tk.Toplevel)]
        return [label.cget("text") for window in windows for label in window.winfo_children()]

    wait_until(lambda: tips() == ["Loads a network from a file. (Ctrl+O)"])


def test_button_works_by_keyboard(root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any) -> None:
    table.button(root, "save").pack()
    root.focus_set()
    xdo.key("Tab", "space")
    assert calls == [("save",)]


def test_label_changes_everywhere(root: tk.Tk, table: CommandTable) -> None:
    button = table.button(root, "train")
    own = table.button(root, "train", text="▶")
    table.label("train", "Pause")
    assert labels_of(menu_of(root, "Train"))[0] == "Pause"
    assert button.cget("text") == "Pause"
    assert own.cget("text") == "▶"
    assert table.button(root, "train").cget("text") == "Pause"
    button.destroy()
    table.label("train", "Train")  # a button that is gone is no trouble
    table.enable("train", False)


def test_recent_files(root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any, wait_until: Any) -> None:
    menu = menu_of(root, "File", "Recent Networks")
    assert labels_of(menu) == ["Nothing opened yet"]
    assert menu.entrycget(0, "state") == "disabled"
    paths = [Path("networks", "a.nn"), Path("networks", "b.nn")]
    table.show_recent("recent", paths)
    assert labels_of(menu) == ["1  a.nn   in networks", "2  b.nn   in networks"]
    xdo.key("alt+f", "r", "2")
    wait_until(lambda: calls)
    assert calls == [("recent", paths[1])]
    table.show_recent("recent", [])
    assert labels_of(menu) == ["Nothing opened yet"]


def test_help_has_a_row_for_every_command(table: CommandTable) -> None:
    rows = table.help_rows()
    assert len(rows) == len([command for command in COMMANDS if command.kind != "separator"])
    assert rows[0] == HelpRow("File", "Load Network…", "Ctrl+O", "Loads a network from a file.")
    assert HelpRow("View → Theme", "Dark", "Ctrl+D", "Light text on dark.") in rows
    assert HelpRow("", "Copy", "Ctrl+C", "Copies the indices.") in rows


def test_shortcuts_in_another_window(
    root: tk.Tk, table: CommandTable, calls: Calls, xdo: Any, wait_until: Any, let_pass: Any
) -> None:
    window = tk.Toplevel(root)
    window.geometry("200x100+800+200")
    window.focus_force()
    wait_until(lambda: window.focus_displayof() is window)
    xdo.key("F5")
    let_pass(0.05)
    assert calls == []
    table.listen_in(window)
    xdo.key("F5")
    assert calls == [("train",)]


@pytest.mark.parametrize(
    ("commands", "handlers", "message"),
    [
        ([Command("a", "A", "M", "F1", "Help."), Command("a", "B", "M", "F2", "Help.")], {"a"}, "twice: a"),
        ([Command("a", "A", "M", "F1", "Help."), Command("b", "B", "M", "F1", "Help.")], {"a", "b"}, "twice: F1"),
        ([Command("a", "A", "M", "", "Help.")], set(), "alone: {'a'}"),
        ([], {"a"}, "alone: {'a'}"),
        ([Command("a", "A", "M", "")], {"a"}, "help sentence; missing: a"),
        ([Command("a", "A", "M", "Hyper+X", "Help.")], {"a"}, "written like"),
    ],
)
def test_table_that_does_not_hold_together_is_refused(
    root: tk.Tk, style: Style, commands: list[Command], handlers: set[str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        CommandTable(root, style, commands, dict.fromkeys(handlers, print))
