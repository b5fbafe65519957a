"""Shows as the menus, buttons and shortcuts of the testing window: all that can be done in it."""

from __future__ import annotations

from nnapp.gui.command import Command, separator
from nnapp.gui.data_commands import DATA_COMMANDS
from nnapp.gui.training_commands import VIEW_COMMANDS

__all__ = ["TESTING_COMMANDS"]

TESTING_COMMANDS = (
    Command("load", "Load Network…", "File", "Ctrl+O", "Open a network from a file, of this or another program."),
    Command("ensemble", "Open Ensemble…", "File", "Ctrl+Shift+O", "Open several networks that answer together, "
            "with the mean of their probabilities."),
    Command("recent", "Recent Networks", "File", "", "Open a network that was opened or saved lately.", "recent"),
    Command("save-as", "Save Network As…", "File", "Ctrl+Shift+S", "Write the network to a file for this or another "
            "program."),
    separator("File"),
    Command("open-image", "Open Image…", "File", "Ctrl+I", "Read a photograph, a scan or a drawing of a digit."),
    Command("paste", "Paste Image", "File", "Ctrl+V", "Read the picture on the clipboard."),
    separator("File"),
    Command("quit", "Quit", "File", "Ctrl+Q", "Close the window."),
    *DATA_COMMANDS,
    Command("process", "Process Digit", "Drawing", "Enter", "Bring the drawing to the network's grid now."),
    Command("live", "Live", "Drawing", "Ctrl+L", "Let grid and answer follow the pen while you draw.", "check"),
    separator("Drawing"),
    Command("undo", "Undo", "Drawing", "Ctrl+Z", "Take the last stroke back."),
    Command("redo", "Redo", "Drawing", "Ctrl+Y", "Draw the stroke that was taken back again."),
    Command("clear", "Clear", "Drawing", "Del", "Begin with an empty sheet."),
    Command("eraser", "Eraser", "Drawing", "Ctrl+E", "Take ink away with the pen.", "check"),
    separator("Drawing"),
    Command(
        "like-mnist", "Like MNIST", "Drawing", "", "Fit the ink into the middle of the grid as MNIST's digits are.",
        "radio", "discretisation", "like-mnist",
    ),
    Command(
        "as-drawn", "As Drawn", "Drawing", "", "Shrink the whole sheet to the grid as it is.",
        "radio", "discretisation", "as-drawn",
    ),
    Command("go-to", "Go to Index", "Image", "Ctrl+G", "Type the index of an image of the data set."),
    Command("previous", "Previous", "Image", "Left", "Show the image before this one.", repeats=True),
    Command("next", "Next", "Image", "Right", "Show the image after this one.", repeats=True),
    Command("back-100", "Back 100", "Image", "PageUp", "Go 100 images back.", repeats=True),
    Command("on-100", "On 100", "Image", "PageDown", "Go 100 images on.", repeats=True),
    Command("random", "Random", "Image", "Ctrl+R", "Show any image."),
    Command("next-wrong", "Next Wrong", "Image", "Ctrl+Right", "Show the next image that the network takes for "
            "something else."),
    Command("next-same", "Next of This Class", "Image", "Ctrl+Down", "Show the next image with the same label."),
    separator("Image"),
    Command("test-split", "Test Images", "Image", "", "Look at the test images.", "radio", "split", "test"),
    Command("train-split", "Training Images", "Image", "", "Look at the training images.", "radio", "split", "train"),
    separator("Image"),
    Command("play", "Play", "Image", "Space", "Walk through the images; again to stop."),
    Command("faster", "Faster", "Image", "Ctrl+Shift+Right", "Show more images a second while playing."),
    Command("slower", "Slower", "Image", "Ctrl+Shift+Left", "Show fewer images a second while playing."),
    Command("next-member", "Next of the Ensemble", "Network", "Ctrl+M", "Show the next network of the ensemble in the "
            "diagram."),
    Command("deselect", "Deselect Neuron", "Network", "Esc", "Let go of the selected neuron."),
    *VIEW_COMMANDS,
    Command("help", "Shortcuts and Help", "Help", "F1", "Show every command and its shortcut."),
)  # fmt: skip
"""All commands of the testing window, in the order of its menus."""
