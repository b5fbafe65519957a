"""A sheet of images: where each one is, and the picture of those in sight.

The sheet is as long as it needs to be and only its visible rows are ever drawn, so a thousand images cost
no more than thirty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nnapp.display.palettes import Palette, rgb

__all__ = ["SheetLayout", "arrange_sheet", "sheet_picture"]


@dataclass(frozen=True)
class SheetLayout:
    """Places of the tiles of a sheet: rows of images with their captions under them. All lengths are pixels.

    Attributes
    ----------
    n_images, n_columns : int
    image_width, image_height : int
        Of an image as it is shown.
    tile_width, tile_height : int
        From one tile to the next, caption and gap included.
    left, top : int
        Corner of the first tile.
    gap : int
        Between a tile's edge and its image.
    """

    n_images: int
    n_columns: int
    image_width: int
    image_height: int
    tile_width: int
    tile_height: int
    left: int
    top: int
    gap: int

    @property
    def n_rows(self) -> int:
        """Number of rows, the last of which may be shorter."""
        return -(-self.n_images // self.n_columns)

    @property
    def height(self) -> int:
        """Height of the whole sheet."""
        return 2 * self.top + self.n_rows * self.tile_height

    def tile_at(self, x: float, y: float) -> int | None:
        """Return the position in the sheet of the tile at a place, or None where there is none."""
        column, row = int((x - self.left) // self.tile_width), int((y - self.top) // self.tile_height)
        position = row * self.n_columns + column
        return position if 0 <= column < self.n_columns and row >= 0 and position < self.n_images else None

    def tile_corner(self, position: int) -> tuple[int, int]:
        """Return left and top of a tile."""
        row, column = divmod(position, self.n_columns)
        return self.left + column * self.tile_width, self.top + row * self.tile_height

    def image_corner(self, position: int) -> tuple[int, int]:
        """Return left and top of the image in a tile."""
        left, top = self.tile_corner(position)
        return left + (self.tile_width - self.image_width) // 2, top + self.gap

    def visible_positions(self, offset: int, height: int) -> range:
        """Return the positions of all tiles of which something shows between `offset` and `offset + height`."""
        first_row = max((offset - self.top) // self.tile_height, 0)
        end_row = max(-(-(offset + height - self.top) // self.tile_height), 0)
        return range(min(first_row * self.n_columns, self.n_images), min(end_row * self.n_columns, self.n_images))


def arrange_sheet(
    n_images: int, image_shape: tuple[int, int], width: int, *, image_px: int, caption_size: tuple[int, int], gap: int
) -> SheetLayout:
    """Lay out as many columns as fit, and the sheet in the middle.

    Parameters
    ----------
    n_images : int
    image_shape : tuple of int
        Height and width of the images, in pixels of their own.
    width : int
        Of the space; one narrower than a tile is overflowed.
    image_px : int
        How large the longer side of an image should be. Small images are enlarged a whole number of times,
        the nearest to that; larger ones are reduced to it.
    caption_size : tuple of int
        Width and height of what is written under an image.
    gap : int
        Between images.
    """
    image_height, image_width = image_shape
    longest = max(image_shape)
    factor = max(round(image_px / longest), 1) if longest <= image_px else image_px / longest
    shown_width, shown_height = max(round(image_width * factor), 1), max(round(image_height * factor), 1)
    tile_width = max(shown_width, caption_size[0]) + 2 * gap
    n_columns = max((width - 2 * gap) // tile_width, 1)
    return SheetLayout(
        n_images=n_images,
        n_columns=n_columns,
        image_width=shown_width,
        image_height=shown_height,
        tile_width=tile_width,
        tile_height=shown_height + caption_size[1] + 2 * gap,
        left=max((width - n_columns * tile_width) // 2, 0),
        top=gap,
        gap=gap,
    )


def sheet_picture(
    layout: SheetLayout, images: NDArray[np.uint8], offset: int, size: tuple[int, int], palette: Palette
) -> Image.Image:
    """Return the part of a sheet that shows, as one picture without captions.

    Parameters
    ----------
    layout : SheetLayout
    images : array (n, height, width)
        The images at `layout.visible_positions`, 0 background to 255 ink.
    offset : int
        Where in the sheet the picture begins.
    size : tuple of int
        Width and height of the picture.
    palette : Palette
        Images are drawn with ink of the colour `text` on the colour `canvas`, the sheet in `surface`.
    """
    picture = Image.new("RGB", size, palette.surface)
    for position, image in zip(layout.visible_positions(offset, size[1]), images, strict=True):
        left, top = layout.image_corner(position)
        picture.paste(_shown_image(layout, image, palette), (left, top - offset))
    return picture


def _shown_image(layout: SheetLayout, image: NDArray[np.uint8], palette: Palette) -> Image.Image:
    """Return one image in its colours and at the size it is shown."""
    paper, ink = np.array(rgb(palette.canvas)), np.array(rgb(palette.text))
    ramp = np.rint(paper + np.linspace(0, 1, 256)[:, np.newaxis] * (ink - paper)).astype(np.uint8)
    shown = Image.fromarray(ramp[image])
    is_enlarged = layout.image_width >= image.shape[1]
    method = Image.Resampling.NEAREST if is_enlarged else Image.Resampling.BOX
    return shown.resize((layout.image_width, layout.image_height), method)
