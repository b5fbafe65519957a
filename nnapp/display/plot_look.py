"""What a plot looks like: its colours and sizes, without the library that draws it."""

from __future__ import annotations

from dataclasses import dataclass

from nnapp.display.palettes import Palette

__all__ = ["PlotLook"]


@dataclass(frozen=True)
class PlotLook:
    """Colours and sizes of a plot.

    Attributes
    ----------
    palette : Palette
    font_family : str
        Used if the drawing library knows it.
    font_px : float
        Size of the text; lines, markers and margins go with it.
    """

    palette: Palette
    font_family: str
    font_px: float
