"""The heat map and the learning curves of a grid search, by real events."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from typing import Any

import pytest
from support.tooltips import shown_tip

from nnapp.display.search_entry import EntryRun, SearchEntry
from nnapp.gui.search_curves_view import SearchCurvesView
from nnapp.gui.search_heat_view import SearchHeatView
from nnapp.gui.style import Style

WaitUntil = Callable[..., None]
AXES = {"l2": (0.0, 0.1), "dropout": (0.0, 0.5)}


def entry(number: int, l2: float, dropout: float, *errors: float) -> SearchEntry:
    runs = tuple(EntryRun(place, error, 1.0, (2 * error, error), (1.0, 1.0)) for place, error in enumerate(errors))
    error = sum(errors) / len(errors) if errors else None
    return SearchEntry(number, {"l2": l2, "dropout": dropout}, error, loss=error and 10 * error, runs=runs)


ENTRIES = [entry(1, 0.0, 0.0, 0.1, 0.2), entry(2, 0.1, 0.0, 0.05), entry(3, 0.1, 0.5)]


@pytest.fixture
def picked() -> list[tuple[int, ...]]:
    return []


@pytest.fixture
def heat(root: tk.Tk, style: Style, picked: list[tuple[int, ...]]) -> SearchHeatView:
    root.geometry("500x450")
    view = SearchHeatView(root, style, picked.append)
    view.pack(fill="both", expand=True)
    root.update()
    return view


@pytest.fixture
def curves(root: tk.Tk, style: Style) -> SearchCurvesView:
    root.geometry("500x450")
    view = SearchCurvesView(root, style)
    view.pack(fill="both", expand=True)
    root.update()
    return view


def texts(canvas: tk.Canvas) -> list[str]:
    return [canvas.itemcget(item, "text") for item in canvas.find_all() if canvas.type(item) == "text"]


def shown_texts(canvas: tk.Canvas) -> list[str]:
    items = (item for item in canvas.find_all() if canvas.itemcget(item, "state") != "hidden")
    return [canvas.itemcget(item, "text") for item in items if canvas.type(item) == "text"]


def middle(box: tuple[int, int, int, int]) -> tuple[int, int]:
    return (box[0] + box[2]) // 2, (box[1] + box[3]) // 2


def show(heat: SearchHeatView, wait_until: WaitUntil) -> None:
    heat.show_axes(AXES)
    heat.show_entries(ENTRIES)
    wait_until(lambda: heat.canvas.cell_box(0, 0) != (0, 0, 0, 0))


def choose(root: tk.Tk, xdo: Any, wait_until: WaitUntil, chooser: tk.Misc, n_down: int) -> None:
    chooser.focus_force()
    xdo.key("Down")
    popdown = root.tk.call("ttk::combobox::PopdownWindow", chooser)
    wait_until(lambda: root.tk.call("winfo", "viewable", popdown))
    xdo.key(*["Up"] * 5, *["Down"] * n_down, "Return")
    wait_until(lambda: not root.tk.call("winfo", "viewable", popdown))


def test_empty_states_say_what_will_appear(heat: SearchHeatView) -> None:
    assert heat.canvas.read_sentence().startswith("No search yet.")
    heat.show_axes({})
    assert heat.canvas.read_sentence().startswith("Only the seed varies")
    heat.show_axes(AXES)
    assert heat.canvas.read_sentence().startswith("The first scores appear here")
    assert not heat._bar.winfo_ismapped()


def test_numbers_values_and_names_are_written(heat: SearchHeatView, wait_until: WaitUntil) -> None:
    show(heat, wait_until)
    wait_until(lambda: {"15.00 %", "5.00 %"} <= set(texts(heat.canvas)))

    assert {"L2 regularisation", "Dropout", "off", "0.1", "0.5"} <= set(texts(heat.canvas))
    wait_until(lambda: heat._bar.winfo_ismapped())
    assert heat._bar.read_limits() == ("5.00 %", "15.00 %")
    assert heat.read_line() == "Logarithmic; a frame marks the lowest."


def test_cells_are_told_under_the_pointer_and_picked_by_a_click(
    heat: SearchHeatView, root: tk.Tk, xdo: Any, wait_until: WaitUntil, picked: list[tuple[int, ...]]
) -> None:
    show(heat, wait_until)
    xdo.move(heat.canvas, *middle(heat.canvas.cell_box(1, 1)))
    wait_until(lambda: shown_tip(root) == "L2 regularisation 0.1, dropout off\nvalidation error 5.00 %")
    xdo.move(heat.canvas, *middle(heat.canvas.cell_box(0, 0)))
    wait_until(lambda: shown_tip(root) == "L2 regularisation off, dropout 0.5: not in this search")
    xdo.click(heat.canvas, *middle(heat.canvas.cell_box(1, 1)))
    xdo.key("Left", "Return")
    wait_until(lambda: picked == [(2,), (1,)])


def test_other_parameters_and_measures(heat: SearchHeatView, root: tk.Tk, xdo: Any, wait_until: WaitUntil) -> None:
    show(heat, wait_until)
    choose(root, xdo, wait_until, heat.measure, 1)
    wait_until(lambda: "0.5000" in texts(heat.canvas))
    choose(root, xdo, wait_until, heat.down, 2)  # no second parameter
    choose(root, xdo, wait_until, heat.folding, 1)
    wait_until(lambda: "mean over all values of dropout" in heat.read_line())
    choose(root, xdo, wait_until, heat.across, 1)
    wait_until(lambda: heat.across.get() == "Dropout")
    assert "Each cell shows the mean over all values of L2 regularisation." in heat.read_line()
    choose(root, xdo, wait_until, heat.down, 1)  # the same as along
    wait_until(lambda: (heat.across.get(), heat.down.get()) == ("L2 regularisation", "Dropout"))


def test_curves_of_selected_rows_or_of_the_best(curves: SearchCurvesView, wait_until: WaitUntil) -> None:
    curves.show_entries(ENTRIES)
    wait_until(lambda: curves.canvas.read_labels() == ["no. 2", "no. 1"])
    assert "The best so far" in curves.read_line()
    curves.show_selected((1,))
    wait_until(lambda: curves.canvas.read_labels() == ["no. 1"])
    assert curves.read_line() == "Thick lines are means over the repeats, thin ones single repeats."
    curves.show_selected(tuple(range(1, 20)))
    wait_until(lambda: "The first 8 of 19 selected rows." in curves.read_line())


def test_errors_are_per_cent_as_in_the_table(
    curves: SearchCurvesView, root: tk.Tk, xdo: Any, wait_until: WaitUntil
) -> None:
    curves.show_entries(ENTRIES)
    # Errors from 5 to 40 % and from 10 to 30 %: the axis goes from 2 to 50 %.
    wait_until(lambda: {"5 %", "10 %", "20 %", "50 %"} <= set(texts(curves.canvas)))
    assert "0.1" not in texts(curves.canvas)
    choose(root, xdo, wait_until, curves.measure, 1)
    wait_until(lambda: "1" in texts(curves.canvas))
    assert not [text for text in shown_texts(curves.canvas) if "%" in text]


def test_points_are_where_their_values_are_and_told_under_the_pointer(
    curves: SearchCurvesView, root: tk.Tk, xdo: Any, wait_until: WaitUntil
) -> None:
    curves.show_entries(ENTRIES)
    curves.show_selected((1, 2))
    wait_until(lambda: curves.canvas.read_labels() == ["no. 1", "no. 2"])
    # On a logarithmic axis, from 0.3 to 0.15 is as far as from 0.1 to 0.05.
    (_, high), (_, low) = curves.canvas.point(0, 0), curves.canvas.point(0, 1)
    (_, upper), (_, lower) = curves.canvas.point(1, 0), curves.canvas.point(1, 1)
    assert low - high == pytest.approx(lower - upper, abs=0.01)
    x, y = curves.canvas.point(0, 1)
    xdo.move(curves.canvas, round(x), round(y))
    wait_until(lambda: shown_tip(root) == "no. 1, epoch 2: 15.00 %, mean of 2 repeats")


def test_losses_are_shown_on_wish(curves: SearchCurvesView, root: tk.Tk, xdo: Any, wait_until: WaitUntil) -> None:
    assert curves.canvas.read_labels() == []
    curves.show_entries(ENTRIES)
    choose(root, xdo, wait_until, curves.measure, 1)
    wait_until(lambda: curves.canvas._measure == "loss")
    wait_until(lambda: len(curves.canvas.read_labels()) == 2)


@pytest.mark.parametrize("size", ["240x200", "700x600"])
def test_both_looks_at_any_size(
    heat: SearchHeatView, root: tk.Tk, style: Style, wait_until: WaitUntil, size: str
) -> None:
    show(heat, wait_until)
    root.geometry(size)
    for theme in ("dark", "light"):
        style.apply(theme=theme)
        root.update()
        assert heat.canvas.cget("background") == style.palette.background
