"""Where new windows appear: over their owner, and all of them on the screen."""

from __future__ import annotations

import tkinter as tk
from typing import Any

import pytest

from nnapp.gui.placement import fit_on_screen, place_over


def open_window(root: tk.Tk, wait_until: Any, width: int, height: int, **options: Any) -> tk.Toplevel:
    window = tk.Toplevel(root)
    window.withdraw()
    tk.Frame(window, width=width, height=height).pack()
    place_over(window, root, **options)
    window.deiconify()
    wait_until(window.winfo_viewable)
    return window


def test_is_in_the_middle_of_its_owner(root: tk.Tk, wait_until: Any) -> None:
    root.geometry("800x600+300+200")
    root.update()
    window = open_window(root, wait_until, 200, 100)
    # The frame that the window manager draws shifts both alike, so only the border's few pixels differ.
    assert window.winfo_rootx() - root.winfo_rootx() == pytest.approx((800 - 200) // 2, abs=5)
    assert window.winfo_rooty() - root.winfo_rooty() == pytest.approx((600 - 100) // 3, abs=30)


def test_is_at_the_right_edge_of_its_owner_if_asked(root: tk.Tk, wait_until: Any) -> None:
    root.geometry("800x600+300+200")
    root.update()
    window = open_window(root, wait_until, 200, 100, across=1.0)
    right, edge = (part.winfo_rootx() + part.winfo_width() for part in (window, root))
    assert right == pytest.approx(edge, abs=5)


@pytest.mark.parametrize("corner", ["+0+0", "-0+0", "+0-0", "-0-0"])
def test_is_all_on_the_screen(root: tk.Tk, wait_until: Any, corner: str) -> None:
    root.geometry(f"100x50{corner}")
    root.update()
    window = open_window(root, wait_until, 600, 500)
    assert window.winfo_rootx() >= 0
    assert window.winfo_rooty() >= 0
    assert window.winfo_rootx() + window.winfo_width() <= root.winfo_screenwidth()
    assert window.winfo_rooty() + window.winfo_height() <= root.winfo_screenheight()


def test_is_no_larger_than_the_screen(root: tk.Tk, wait_until: Any) -> None:
    window = open_window(root, wait_until, 5000, 4000)
    wait_until(lambda: window.winfo_width() > 1)
    assert window.winfo_width() < root.winfo_screenwidth()
    assert window.winfo_rooty() + window.winfo_height() <= root.winfo_screenheight()


@pytest.mark.parametrize(
    ("remembered", "fitting"),
    [
        ("800x600+100+50", "800x600+100+50"),
        (
            "800x600+5000+3000",
            "800x600+1110+400",
        ),  # 1920 − 800 − 10 for the frame, 1080 − 600 − 50 − 30 for title and menu
        ("800x600+-300+-20", "800x600+0+0"),
        ("5000x4000+7+9", "1900x990+7+9"),  # 1920 − 20, 1080 − 60 − 30; 9 is within 1080 − 990 − 80 = 10
        ("800x600-0+0", "800x600"),
        # As a window that fills the screen tells of itself, with title and menu of 51 pixels above it.
        ("1920x1029+0+0", "1920x1029+0+0"),
        ("1916x1016+0+0", "1916x1016+0+0"),  # the first size on a small screen: 4 and 64 pixels less than there are
    ],
)
def test_remembered_place_is_kept_if_it_is_still_there(root: tk.Tk, remembered: str, fitting: str) -> None:
    assert (root.winfo_screenwidth(), root.winfo_screenheight()) == (1920, 1080)
    assert fit_on_screen(root, remembered) == fitting
    if "+" in fitting:  # as Tk gives it
        assert fit_on_screen(root, fitting) == fitting  # however often the window is opened
