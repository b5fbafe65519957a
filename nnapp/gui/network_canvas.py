"""Shows one scene of a network diagram: a picture, texts, and the outlines of what pointer and keyboard are on."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Iterable, Mapping, Sequence
from tkinter import font as tkfont

from PIL import Image

from nnapp.display.activation_scale import ActivationScale
from nnapp.display.network_arrangement import arrange_network
from nnapp.display.network_labels import Label, diagram_labels
from nnapp.display.network_layout import NetworkLayout
from nnapp.display.network_picture import NetworkPicture
from nnapp.display.network_scene import Scene
from nnapp.display.shown_neurons import ShownNeurons
from nnapp.gui.canvas_items import CanvasItems, Font
from nnapp.gui.canvas_picture import CanvasPicture
from nnapp.gui.style import Style

__all__ = ["NetworkCanvas"]

_RESIZE_DELAY_MS = 40
_SMALLEST_UNITS = (80, 60)
_FOCUS_RING_PX = 2
_FONT = "nnapp-small"


class NetworkCanvas(tk.Canvas):
    """A network as large as its widget. Tk thread only.

    Neurons, connections and bars are one picture; everything under the pointer is found by arithmetic.

    Parameters
    ----------
    parent : tk.Misc
    style : Style
    on_arranged : callable () -> None
        Called when everything has got new places and a scene is to be drawn: for another network, in another size
        or in another style.

    Attributes
    ----------
    layout : NetworkLayout or None
        Where everything is; None while there is no network or the widget has no size yet.
    """

    def __init__(self, parent: tk.Misc, style: Style, on_arranged: Callable[[], None]) -> None:
        width, height = (style.px(units) for units in _SMALLEST_UNITS)
        super().__init__(parent, width=width, height=height, takefocus=True, borderwidth=0)
        self._style = style
        self._on_arranged = on_arranged
        self._layer_sizes: tuple[int, ...] = ()
        self._class_names: tuple[str, ...] = ()
        self._first_layer = 0
        self._sentence = ""
        self._painter: NetworkPicture | None = None
        self._pending: str | None = None
        self._cursor_name = ""
        self._text_px, self._bold_font = 0, ("", 0, "bold")
        self.layout: NetworkLayout | None = None
        self._picture = CanvasPicture(self)
        self._items = CanvasItems(self)
        self._labels: dict[str, str] = {}
        self._hover_item = self.create_oval(0, 0, 0, 0, state="hidden")
        self._cursor_item = self.create_rectangle(0, 0, 0, 0, state="hidden")
        self.bind("<Configure>", self._on_configure, add="+")
        self.bind("<Destroy>", lambda event: self._cancel(), add="+")
        style.on_change(self, self._apply_style)
        self._apply_style()

    def show_network(self, layer_sizes: Sequence[int], class_names: Sequence[str]) -> None:
        """Make places for a network."""
        self._layer_sizes, self._class_names = tuple(layer_sizes), tuple(class_names)
        # Where not all layers fit beside each other, the last ones are shown first.
        self._first_layer = len(layer_sizes)
        self._arrange()

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence in place of a network."""
        self._layer_sizes, self._sentence = (), sentence
        self._arrange()

    def show_layers(self, first_layer: int) -> None:
        """Show the layers from this one on, or as far to the right as there are layers."""
        self._first_layer = first_layer
        self._arrange()

    def draw(
        self,
        scene: Scene,
        shown: ShownNeurons,
        scales: Mapping[int, ActivationScale],
        legend: Sequence[str],
        bias: float | None,
    ) -> None:
        """Show a scene; arguments as for `diagram_labels`."""
        layout, painter = self.layout, self._painter
        if layout is None or painter is None:
            return
        pixels = painter.draw(scene)
        image = Image.frombuffer("RGBX", (pixels.shape[1], pixels.shape[0]), pixels, "raw", "RGBX", 0, 1)
        self._picture.show_image(image, *layout.picture_box[:2])
        self._write(diagram_labels(layout, shown, scales, scene, legend, bias, self._style.palette, self._measure))

    def outline_hovered(self, layer: int | None, slot: int = 0) -> None:
        """Outline the neuron under the pointer, or none."""
        self._outline(self._hover_item, layer, slot, self._style.px(1))

    def outline_cursor(self, layer: int | None, slot: int = 0) -> None:
        """Outline the neuron that the keyboard is on, or none."""
        self._outline(self._cursor_item, layer, slot, self._style.px(1.25))

    def point(self, *, is_link: bool) -> None:
        """Show the pointer as a hand, over what can be clicked, or as an arrow."""
        name = "hand2" if is_link else ""
        if name != self._cursor_name:
            self._cursor_name = name
            self.configure(cursor=name)

    def read_labels(self) -> dict[str, str]:
        """Return what is written, by the names of the labels: "caption 1", "number 0", "legend", "bias", …"""
        return dict(self._labels)

    def _on_configure(self, _event: tk.Event[tk.Misc]) -> None:
        self._cancel()
        self._pending = self.after(_RESIZE_DELAY_MS, self._arrange)

    def _cancel(self) -> None:
        if self._pending is not None:
            self.after_cancel(self._pending)
            self._pending = None

    def _apply_style(self) -> None:
        palette = self._style.palette
        self.configure(
            background=palette.canvas,
            highlightthickness=_FOCUS_RING_PX,
            highlightbackground=palette.background,
            highlightcolor=palette.focus,
        )
        font = tkfont.nametofont(_FONT, self)
        # The size as configured, which is negative for pixels; the actual one would be in points.
        self._text_px = abs(int(font.cget("size")))
        self._bold_font = (str(font.actual("family")), -self._text_px, "bold")
        self._items.forget_fonts()
        width = max(self._style.px(0.5), 2)
        self.itemconfigure(self._hover_item, outline=palette.accent, width=width)
        self.itemconfigure(self._cursor_item, outline=palette.focus, width=width)
        self._arrange()

    def _arrange(self) -> None:
        """Find new places for everything and have the scene drawn."""
        self._cancel()
        self.outline_hovered(None)
        self.outline_cursor(None)
        width, height = self.winfo_width(), self.winfo_height()
        if not self._layer_sizes or width <= 1 or height <= 1:  # 1 until the widget is on the screen
            self.layout = self._painter = None
            self._picture.hide()
            self._write_sentence(width, height)
            return
        unit_px = self._style.px(100) / 100
        self.layout = arrange_network(
            width,
            height,
            self._layer_sizes,
            self._class_names,
            self._text_px,
            unit_px,
            self._measure,
            self._first_layer,
        )
        self._painter = NetworkPicture(self.layout, self._style.palette, unit_px)
        self._on_arranged()

    def _measure(self, text: str, _size_px: int) -> float:
        """Return the width of a text in the font of the labels; a `TextMeasure`."""
        return self._items.measure(text, _FONT)

    def _write(self, labels: Iterable[Label]) -> None:
        self._labels.clear()
        half_line = self._items.line_px(_FONT) // 2
        with self._items.drawing():
            for label in labels:
                self._labels[label.name] = label.text
                font: Font = self._bold_font if label.is_bold else _FONT
                if label.is_boxed:
                    width = self._items.measure(label.text, font) + self._style.px(2)
                    left = label.x - (width - self._style.px(1) if label.anchor == "e" else self._style.px(1))
                    box = (left, label.y - half_line, left + width, label.y + half_line)
                    self._items.box(f"box of {label.name}", box, fill=self._style.palette.canvas)
                self._items.text(
                    label.name, label.x, label.y, label.text, fill=label.color, font=font, anchor=label.anchor
                )

    def _write_sentence(self, width: int, height: int) -> None:
        room = max(width - self._style.px(12), 1)
        color = self._style.palette.muted_text
        self._labels.clear()
        with self._items.drawing():
            if not self._layer_sizes:
                self._labels["sentence"] = self._sentence
                self._items.text(
                    "sentence", width // 2, height // 2, self._sentence, fill=color, anchor="center", width=room
                )

    def _outline(self, item: int, layer: int | None, slot: int, gap_px: int) -> None:
        column = self.layout.column_of(layer) if self.layout is not None and layer is not None else None
        self.itemconfigure(item, state="hidden" if column is None else "normal")
        if column is not None:
            reach, y = column.diameter // 2 + gap_px, column.ys[slot]
            self.coords(item, column.x - reach, y - reach, column.x + reach, y + reach)
            self.tag_raise(item)
