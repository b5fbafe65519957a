"""Shows as the menu Data of both windows: which images are learnt from and looked at."""

from __future__ import annotations

from nnapp.gui.command import Command, separator
from nnapp.storage.published_datasets import DATASETS
from nnapp.storage.source_names import MINE, SYNTHETIC

__all__ = ["DATA_COMMANDS"]

_WHAT = {
    "mnist": "handwritten digits",
    "fashion-mnist": "articles of clothing",
    "kmnist": "handwritten Japanese characters",
}

DATA_COMMANDS = (
    *(
        Command(
            f"data-{source}",
            published.name,
            "Data",
            "",
            f"Use 60,000 and 10,000 {_WHAT[source]}; asks before it downloads them.",
            "radio",
            "data",
            source,
        )
        for source, published in DATASETS.items()
    ),
    Command(
        "data-synthetic",
        "Synthetic Digits",
        "Data",
        "",
        "Use digits that nnapp draws with a pen of its own, which need no files.",
        "radio",
        "data",
        SYNTHETIC,
    ),
    Command(
        "data-mine",
        "My Digits",
        "Data",
        "",
        "Use the digits you kept under Collect in the testing window.",
        "radio",
        "data",
        MINE,
    ),
    separator("Data"),
    Command(
        "open-data",
        "Open Data Folder…",
        "Data",
        "Ctrl+D",
        "Use a folder of IDX files, of CSV tables, or with a folder of pictures for each class.",
    ),
    Command("open-data-file", "Open Data File…", "Data", "", "Use a CSV table or an .npz file."),
    Command(
        "choose-data",
        "Choose Data…",
        "Data",
        "Ctrl+Shift+D",
        "Look at twenty images of a data set, and say how it is split, before you use it.",
    ),
    separator("Data"),
    Command("download", "Download MNIST", "Data", "", "Fetch the 70,000 handwritten digits of MNIST (11 MB)."),
    Command("stop-data", "Stop Loading", "Data", "", "End loading or downloading; what has arrived is kept."),
)
"""Commands of the menu Data, handled by `DataController.handlers`."""
