from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageDraw

from nnapp.display import picture_font as module
from nnapp.display.picture_font import picture_font, text_width, write_text
from nnapp.errors import StorageError


def test_font_has_the_size_asked_for() -> None:
    small, large = picture_font("9", 10), picture_font("9", 30)

    assert large.getlength("9") == pytest.approx(3 * small.getlength("9"), rel=0.15)


@pytest.mark.parametrize("text", ["recall, %", "Ankle bo…", "–", "→"])
def test_every_character_the_program_writes_has_a_sign_of_its_own(text: str) -> None:
    font = picture_font(text, 20)
    missing = bytes(font.getmask("\U0010fffe"))

    assert all(bytes(font.getmask(character)) != missing for character in text if character != " ")


def test_a_font_that_lacks_a_character_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    available = [file for file in module._FONT_FILES if module._load(file, 20)]
    monkeypatch.setattr(module, "_has", lambda file, character: (file, character) != (available[0], "b"))
    # A machine with a single font has to make do with it.
    second = (available[1:] or available)[0]

    assert picture_font("a", 20) is module._load(available[0], 20)
    assert picture_font("ab", 20) is module._load(second, 20)


def test_a_machine_without_fonts_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FONT_FILES", ("no-such-font.ttf",))

    with pytest.raises(StorageError, match=r"^No font to write in a picture was found; install one, .*\.$"):
        picture_font("a", 20)


def test_a_text_in_two_scripts_has_two_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no font has all characters, each part is written in one that has its own."""
    available = [file for file in module._FONT_FILES if module._load(file, 20)]
    if len(available) < 2:
        pytest.skip("this machine has a single font")
    first, second = available[:2]
    has = {(first, "a"), (first, "b"), (second, "お")}
    monkeypatch.setattr(
        module, "_has", lambda file, character: any(file.endswith(name) and character == sign for name, sign in has)
    )
    latin, other = module._load(first, 20), module._load(second, 20)
    assert latin is not None
    assert other is not None
    assert [(run, font.path) for run, font in module._runs("おab", 20)] == [("お", other.path), ("ab", latin.path)]
    assert text_width("おab", 20) == other.getlength("お") + latin.getlength("ab")


@pytest.mark.parametrize(("anchor", "share"), [("lm", 0.0), ("mm", 0.5), ("rm", 1.0)])
def test_text_is_where_its_anchor_says(anchor: Any, share: float) -> None:
    picture = Image.new("L", (120, 60))
    write_text(ImageDraw.Draw(picture), 60, 30, "HHH", 20, 255, anchor)
    box = picture.getbbox()
    assert box is not None
    width = text_width("HHH", 20)
    # A letter has some room at either side; H stands on the line, its middle a little over the line's.
    assert box[0] == pytest.approx(60 - share * width, abs=4)
    assert box[2] == pytest.approx(box[0] + width, abs=5)
    assert (box[1] + box[3]) / 2 == pytest.approx(30, abs=3)
