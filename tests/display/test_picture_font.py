from __future__ import annotations

import pytest

from nnapp.display import picture_font as module
from nnapp.display.picture_font import picture_font
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
