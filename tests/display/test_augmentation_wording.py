from __future__ import annotations

import pytest

from nnapp.display.augmentation_wording import augmentation_amounts, augmentation_name
from nnapp.engine.augmentation import AUGMENTATIONS, Augmentation
from nnapp.engine.settings import AUGMENTATION_NAMES, Settings


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_published_amounts_are_called_by_their_name(name: str) -> None:
    settings = Settings(epochs=3, **vars(AUGMENTATIONS[name]))

    assert augmentation_name(vars(settings)) == name


@pytest.mark.parametrize("changed", AUGMENTATION_NAMES)
def test_one_other_amount_makes_them_custom(changed: str) -> None:
    amounts = vars(AUGMENTATIONS["strong"])

    assert augmentation_name(amounts | {changed: amounts[changed] + 0.01}) == "custom"
    assert augmentation_name({name: amount for name, amount in amounts.items() if name != changed}) == "custom"


def test_all_seven_amounts_are_told_with_their_units() -> None:
    augmentation = Augmentation(rotation=7.5, zoom=0.08, shear=0.1, translation=1, elastic=0.5, thickness=0.2)

    assert augmentation_amounts(augmentation) == (
        "Rotation 7.5°, zoom 0.08, shear 0.1, translation 1 px, elastic distortion 0.5 px, stroke thickness 0.2 px, "
        "noise off"
    )


def test_nothing_changed() -> None:
    assert augmentation_amounts(Augmentation()) == "Images as they are"
