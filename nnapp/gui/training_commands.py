"""Shows as the menus, buttons and shortcuts of the training window: all that can be done in it."""

from __future__ import annotations

from nnapp.gui.command import Command, separator
from nnapp.gui.data_commands import DATA_COMMANDS
from nnapp.gui.search_commands import SEARCH_COMMANDS
from nnapp.gui.style import SCALES

__all__ = ["TRAINING_COMMANDS", "VIEW_COMMANDS"]

VIEW_COMMANDS = (
    Command("light", "Light", "View/Theme", "", "Dark text on a light ground.", "radio", "theme", "light"),
    Command("dark", "Dark", "View/Theme", "", "Light text on a dark ground.", "radio", "theme", "dark"),
    Command(
        "standard-colours",
        "Green and red",
        "View/Colours",
        "",
        "Green for positive and right, red for negative and wrong.",
        "radio",
        "colors",
        "standard",
    ),
    Command(
        "colour-blind",
        "Blue and orange",
        "View/Colours",
        "",
        "Blue and orange in place of green and red, for people who cannot tell those apart.",
        "radio",
        "colors",
        "colour-blind",
    ),
    *(
        Command(
            f"scale-{scale:g}",
            f"{100 * scale:.0f} %",
            "View/Size",
            "",
            f"Text and spacing at {100 * scale:.0f} %.",
            "radio",
            "scale",
            f"{scale:g}",
        )
        for scale in SCALES
    ),
    Command("larger", "Larger", "View", "Ctrl++", "Make text and spacing one step larger."),
    Command("smaller", "Smaller", "View", "Ctrl+-", "Make text and spacing one step smaller."),
)
"""The menu View, the same in both windows."""

TRAINING_COMMANDS = (
    Command(
        "load", "Load Network…", "File", "Ctrl+O", "Open a network from a file, to evaluate it or train it further."
    ),
    Command("recent", "Recent Networks", "File", "", "Open a network that was opened or saved lately.", "recent"),
    Command("save", "Save Network", "File", "Ctrl+S", "Save the network in its file."),
    Command("save-as", "Save Network As…", "File", "Ctrl+Shift+S", "Save the network in a file of another name."),
    separator("File"),
    Command("quit", "Quit", "File", "Ctrl+Q", "Close the window, after asking about a network that is not saved."),
    *DATA_COMMANDS,
    Command(
        "initialise",
        "Initialise Network",
        "Network",
        "Ctrl+I",
        "Make a new network with random weights as the parameters say.",
    ),
    Command("randomise", "Randomise Seed", "Network", "Ctrl+R", "Choose another random seed."),
    Command("test", "Open in Testing Window", "Network", "Ctrl+T", "Look into this network in the testing window."),
    Command("train", "Train", "Train", "F5", "Train the network; while it trains, pause and go on."),
    Command("step", "Train One Epoch", "Train", "F10", "Train to the end of one epoch, then pause."),
    Command(
        "stop",
        "Stop",
        "Train",
        "Shift+F5",
        "End the training; the network keeps the best or the last weights, as chosen under Validation and stopping.",
    ),
    Command(
        "train-saving",
        "Train Saving Progress…",
        "Train",
        "Ctrl+F5",
        "Train, and save the network after epochs you choose.",
    ),
    separator("Train"),
    Command(
        "augmentation-preview",
        "Augmentation Preview",
        "Train",
        "Ctrl+P",
        "Show twenty training images, and what the augmentation that is set makes of them.",
    ),
    *SEARCH_COMMANDS,
    Command(
        "evaluate",
        "Evaluate Network Performance",
        "Evaluate",
        "Ctrl+E",
        "Run all images of the chosen set through the network and show the confusion matrix.",
    ),
    separator("Evaluate"),
    Command("matrix-png", "Save Matrix as Picture…", "Evaluate", "", "Save the confusion matrix as a PNG picture."),
    Command("matrix-csv", "Save Matrix as Table…", "Evaluate", "", "Save the confusion matrix as a CSV table."),
    Command("graph-png", "Save Graphs as PNG…", "Evaluate", "", "Save the graphs as a PNG picture."),
    Command("graph-svg", "Save Graphs as SVG…", "Evaluate", "", "Save the graphs as a scalable SVG picture."),
    Command(
        "graph-csv", "Save Graphs as Table…", "Evaluate", "", "Save the losses and errors of all epochs as a CSV table."
    ),
    *VIEW_COMMANDS,
    Command("help", "Shortcuts and Help", "Help", "F1", "Show every command and its shortcut."),
)
"""All commands of the training window, in the order of its menus."""
