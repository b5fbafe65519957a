"""A sheet that shows what augmentation does: each image as it is, in a frame, and changed versions beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nnapp.display.palettes import Palette, rgb
from nnapp.display.picture_font import text_width, write_text
from nnapp.display.pixel_picture import ink_ramp
from nnapp.display.text_fitting import break_name
from nnapp.engine.augmentation import Augmentation, Augmenter

__all__ = [
    "N_VERSIONS",
    "AugmentationLayout",
    "augmentation_layout",
    "augmentation_picture",
    "augmented_versions",
    "captioned_sheet",
    "fit_augmentation",
]

N_VERSIONS = 4
"""Changed versions of each image: chance shows, and twenty images with them still fit on a small screen."""

_PAPER, _FRAME = 256, 257
"""Places of two more colours behind the 256 from paper to ink."""

_FONT_PX, _LINE_PX, _GAP_PX = 13, 18, 4
_MOST_COLUMNS = 3


def augmented_versions(
    images: NDArray[np.uint8], augmentation: Augmentation, seed: int = 0, n_versions: int = N_VERSIONS
) -> NDArray[np.uint8]:
    """Return each image followed by changed versions of it.

    Parameters
    ----------
    images : array (n, height, width) of uint8
    augmentation : Augmentation
    seed : int
        Another number changes the images in other ways.
    n_versions : int

    Returns
    -------
    array (n, 1 + n_versions, height, width) of uint8

    Raises
    ------
    SettingError
        If the images have no rows and columns.
    """
    augmenter = Augmenter(augmentation, images.shape[1:])
    repeated = np.repeat(images.reshape(len(images), -1), n_versions, axis=0)
    changed = np.empty(repeated.shape, np.float32)
    augmenter.apply(repeated, np.random.default_rng(seed), changed)
    shown = np.rint(changed * 255).astype(np.uint8).reshape(len(images), n_versions, *images.shape[1:])
    return np.concatenate([images[:, np.newaxis], shown], axis=1)


@dataclass(frozen=True)
class AugmentationLayout:
    """Where the images are in the picture of a sheet. All lengths are pixels.

    Attributes
    ----------
    n_columns, n_rows : int
        Of images that are followed by their versions.
    n_tiles : int
        An image and its versions.
    image_width, image_height : int
        Of each, as it is shown.
    gap : int
        Between two versions; what is further apart has several.
    """

    n_columns: int
    n_rows: int
    n_tiles: int
    image_width: int
    image_height: int
    gap: int

    @property
    def width(self) -> int:
        """Width of the sheet."""
        return self.n_columns * self._group_width + (3 * self.n_columns + 1) * self.gap

    @property
    def height(self) -> int:
        """Height of the sheet."""
        return self.n_rows * self.image_height + 2 * (self.n_rows + 1) * self.gap

    def corner(self, image: int, tile: int) -> tuple[int, int]:
        """Return left and top of an image (tile 0) or of one of its versions (from 1)."""
        row, column = divmod(image, self.n_columns)
        left = 2 * self.gap + column * (self._group_width + 3 * self.gap)
        # The image as it is stands a little apart from what becomes of it.
        left += tile * (self.image_width + self.gap) + (self.gap if tile else 0)
        return left, 2 * self.gap + row * (self.image_height + 2 * self.gap)

    @property
    def _group_width(self) -> int:
        return self.n_tiles * (self.image_width + self.gap)


def augmentation_layout(
    n_images: int, n_tiles: int, image_shape: tuple[int, int], image_px: int, n_columns: int, gap: int
) -> AugmentationLayout:
    """Lay a sheet out in some columns.

    Parameters
    ----------
    n_images, n_tiles : int
        At least 1.
    image_shape : (height, width)
        Of the images, in pixels of their own.
    image_px : int
        Largest length of the longer side as it is shown. Small images are enlarged a whole number of times.
    n_columns : int
    gap : int
    """
    factor = image_px / max(image_shape)
    factor = float(int(factor)) if factor >= 1 else factor
    height, width = (max(1, round(length * factor)) for length in image_shape)
    return AugmentationLayout(n_columns, -(-n_images // n_columns), n_tiles, width, height, gap)


def fit_augmentation(
    n_images: int, n_tiles: int, image_shape: tuple[int, int], space: tuple[int, int], gap: int
) -> AugmentationLayout:
    """Return the layout with the largest images that fits into a space, or with the smallest images if none does.

    Parameters
    ----------
    n_images, n_tiles, image_shape, gap
        As for `augmentation_layout`.
    space : (width, height)
    """
    found = []
    for n_columns in range(1, n_images + 1):
        least = augmentation_layout(n_images, n_tiles, image_shape, 0, n_columns, gap)
        across = (space[0] - least.width + n_columns * n_tiles) // (n_columns * n_tiles)
        down = (space[1] - least.height + least.n_rows) // least.n_rows
        # In steps of pixels of the longer side, whichever side it is that has to fit.
        height, width = image_shape
        longest = max(image_shape)
        image_px = max(1, min(across * longest // width, down * longest // height))
        found.append(augmentation_layout(n_images, n_tiles, image_shape, image_px, n_columns, gap))

    def worth(layout: AugmentationLayout) -> tuple[bool, int]:
        fits = layout.width <= space[0] and layout.height <= space[1]
        return fits, layout.image_width * layout.image_height

    return max(found, key=worth)


def augmentation_picture(
    versions: NDArray[np.uint8], layout: AugmentationLayout, palette: Palette, size: tuple[int, int] | None = None
) -> Image.Image:
    """Return the picture of a sheet.

    Parameters
    ----------
    versions : array (n, n_tiles, height, width) of uint8
        Of `augmented_versions`.
    layout : AugmentationLayout
    palette : Palette
        Images are drawn with ink of the colour `text` on `canvas`, frames in `accent`, the sheet in `surface`.
    size : (width, height), optional
        Of the picture, with the sheet in its middle; by default that of the sheet.
    """
    width, height = size or (layout.width, layout.height)
    left, top = (max(0, (space - used) // 2) for space, used in ((width, layout.width), (height, layout.height)))
    # At least as large as the sheet, so that every image has its place; what does not fit is cut off at the end.
    places = np.full((max(height, layout.height), max(width, layout.width)), _PAPER, np.uint16)
    frame = max(1, layout.gap // 2)
    for image, tiles in enumerate(versions):
        for tile, pixels in enumerate(tiles):
            x, y = layout.corner(image, tile)
            x, y = x + left, y + top
            right, bottom = x + layout.image_width, y + layout.image_height
            if tile == 0:
                places[y - frame : bottom + frame, x - frame : right + frame] = _FRAME
            places[y:bottom, x:right] = _resized(pixels, layout)
    ramp = np.concatenate([ink_ramp(palette), np.array([rgb(palette.surface), rgb(palette.accent)], np.uint8)])
    return Image.fromarray(ramp.take(places[:height, :width], axis=0))


def _resized(pixels: NDArray[np.uint8], layout: AugmentationLayout) -> NDArray[np.uint8]:
    height, width = pixels.shape
    if layout.image_height >= height and layout.image_width >= width:
        factor = layout.image_height // height
        return pixels.repeat(factor, axis=0).repeat(factor, axis=1)
    small = Image.fromarray(pixels).resize((layout.image_width, layout.image_height), Image.Resampling.BOX)
    return np.asarray(small)


def captioned_sheet(
    versions: NDArray[np.uint8], sentences: Sequence[str], palette: Palette, image_px: int = 56
) -> Image.Image:
    """Return a sheet to be kept as a file, with sentences above the images.

    Parameters
    ----------
    versions : array (n, n_tiles, height, width) of uint8
        Of `augmented_versions`.
    sentences : sequence of str
        Each begins a line.
    palette : Palette
    image_px : int
        As for `augmentation_layout`.

    Raises
    ------
    StorageError
        If the machine has no font to write with.
    """
    n_images, n_tiles, height, width = versions.shape
    n_columns = min(_MOST_COLUMNS, n_images)
    # Larger images are shown as they are: nobody has to make them fit on a screen.
    image_px = max(image_px, height, width)
    layout = augmentation_layout(n_images, n_tiles, (height, width), image_px, n_columns, _GAP_PX)
    lines = list(_lines(sentences, layout.width - 4 * _GAP_PX))
    above = len(lines) * _LINE_PX + 2 * _GAP_PX
    sheet = Image.new("RGB", (layout.width, layout.height + above), palette.surface)
    sheet.paste(augmentation_picture(versions, layout, palette), (0, above))
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        write_text(draw, 2 * _GAP_PX, 2 * _GAP_PX + number * _LINE_PX, line, _FONT_PX, palette.text, "la")
    return sheet


def _lines(sentences: Sequence[str], width: float) -> Iterator[str]:
    for sentence in sentences:
        yield from break_name(sentence, width, _FONT_PX, text_width)
