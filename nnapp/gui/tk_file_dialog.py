"""Shows the file dialogs that Tk draws itself on X11 in the colours of the theme, roomier, and without hidden files."""

from __future__ import annotations

import tkinter as tk
from contextlib import suppress

__all__ = ["prepare_tk_dialogs"]

_CLASSES = ("TkFDialog", "TkChooseDir")

# Tk's list of files is black on white, and a name that is no longer selected black again.
_FOLLOW_THE_THEME = """
auto_load ::tk::IconList
namespace eval ::nnapp {}
proc ::nnapp::recolour_file_list {dialog} {
    set icons $dialog.contents.icons
    if {![winfo exists $icons.cHull.canvas]} return
    set text [ttk::style lookup TEntry -foreground]
    set [info object namespace $icons]::fill $text
    set canvas $icons.cHull.canvas
    $canvas configure -background [ttk::style lookup TEntry -fieldbackground]
    foreach item [$canvas find all] {
        if {[$canvas type $item] eq "text"} {$canvas itemconfigure $item -fill $text}
    }
    [info object namespace $icons]::my DrawSelection
}
lassign [info class definition ::tk::IconList DrawSelection] arguments body
oo::define ::tk::IconList method DrawSelection $arguments [string map {{-fill black} {-fill $fill}} $body]
unset arguments body
"""


def prepare_tk_dialogs(parent: tk.Misc) -> None:
    """Prepare the dialogs for files and folders, before one is opened; other systems have their own. Tk thread only."""
    if parent.tk.call("tk", "windowingsystem") != "x11":
        return
    with suppress(tk.TclError):
        # The wrong option makes Tk load the dialog's code, and opens nothing.
        parent.tk.call("tk_getOpenFile", "-nosuchoption")
    parent.tk.call("set", "::tk::dialog::file::showHiddenBtn", "1")
    parent.tk.call("set", "::tk::dialog::file::showHiddenVar", "0")
    if not parent.tk.call("info", "commands", "::nnapp::recolour_file_list"):
        with suppress(tk.TclError):  # a Tk whose list is made otherwise shows its files in its own colours
            parent.tk.eval(_FOLLOW_THE_THEME)
        for name in _CLASSES:
            for event in ("<Map>", "<<ThemeChanged>>"):
                parent.tk.call("bind", name, event, "::nnapp::recolour_file_list %W")
            parent.bind_class(name, "<Map>", lambda event: _enlarge(parent, str(event.widget)), add="+")


def _enlarge(parent: tk.Misc, path: str) -> None:
    """Give a dialog that opens for the first time room for some twenty files; later it keeps its size."""
    line_px = int(parent.tk.call("font", "metrics", "TkDefaultFont", "-linespace"))
    if int(parent.tk.call("winfo", "width", path)) < 40 * line_px:
        parent.tk.call("wm", "geometry", path, f"{40 * line_px}x{24 * line_px}")
