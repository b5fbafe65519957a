"""Which way imports run, and what modules export.

`errors ← engine ← digits, display, jobs ← storage ← search ← gui, cli ← launchers`: a layer uses those to its left and
nothing else. The rules are checked twice: in the source, where imports inside functions count too, and in
`sys.modules` of a fresh interpreter, where what an import drags in counts too.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Layer:
    """What the modules of one layer may import, beside their own layer, `nnapp` itself and the standard library."""

    layers: frozenset[str]
    packages: frozenset[str]
    never: frozenset[str] = frozenset({"tkinter"})


def _layer(layers: str, packages: str = "", never: str = "tkinter") -> Layer:
    return Layer(frozenset(layers.split()), frozenset(packages.split()), frozenset(never.split()))


THREADS = "threading queue multiprocessing concurrent asyncio"
FILES = "os pathlib io shutil tempfile"
LAYERS = {
    "errors": _layer(""),
    "blas": _layer("", "threadpoolctl"),
    "engine": _layer("errors", "numpy", never=f"tkinter logging {THREADS} {FILES}"),
    "storage": _layer("errors engine digits", "numpy PIL"),
    "digits": _layer("errors engine", "numpy PIL"),
    "display": _layer("errors engine", "numpy PIL"),
    "jobs": _layer("errors engine"),
    "search": _layer("blas errors engine storage digits", "numpy"),
    "gui": _layer("errors engine storage search digits display jobs", "numpy PIL matplotlib", never=""),
    "cli": _layer("blas errors engine storage search digits display jobs", "numpy PIL tqdm threadpoolctl"),
    "launchers": _layer("blas errors storage gui cli"),
    "__main__": _layer("cli launchers"),
}
PLOT_WIDGETS = {"nnapp.gui.loss_plot", "nnapp.gui.plot_frame"}  # the modules that may import matplotlib

# Calls that print, ask or touch files, none of which the engine does.
ENGINE_NEVER_CALLS = {"print", "input", "open"}
ENGINE_NEVER_CALLS_METHODS = {"open", "tofile", "fromfile", "memmap", "savez", "savez_compressed", "savetxt", "loadtxt"}


def _module_name(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module_name(path): path for path in sorted((PROJECT / "nnapp").rglob("*.py"))}


def layer_of(module: str) -> str:
    """Return the layer a module of nnapp belongs to; "" for the package `nnapp` itself."""
    return module.partition(".")[2].partition(".")[0]


def imported_modules(tree: ast.AST, package: str) -> Iterator[str]:
    """Yield the full name of everything imported anywhere in a module; `from a import b` yields `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{source}.{alias.name}" for alias in node.names)


def broken_rules(module: str, tree: ast.AST) -> list[str]:
    """Return one sentence per import of `module` that the table of layers forbids."""
    layer = layer_of(module)
    if layer not in LAYERS:
        return [f"{module} is in no layer of the table"]
    rules = LAYERS[layer]
    package = module if MODULES.get(module, Path()).name == "__init__.py" else module.rpartition(".")[0]
    broken = []
    for name in imported_modules(tree, package):
        top = name.partition(".")[0]
        if top == "nnapp":
            other = layer_of(name)
            allowed = other in {layer, "", "__version__"} | rules.layers
        elif top == "matplotlib" and "matplotlib" in rules.packages:
            allowed = module in PLOT_WIDGETS
        elif top in sys.stdlib_module_names:
            allowed = top not in rules.never
        else:
            allowed = top in rules.packages
        if not allowed:
            broken.append(f"{module} must not import {name}")
    return broken


def forbidden_calls(module: str, tree: ast.AST) -> list[str]:
    """Return one sentence per call in the engine that prints, asks or touches a file."""
    broken = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            is_forbidden = (isinstance(function, ast.Name) and function.id in ENGINE_NEVER_CALLS) or (
                isinstance(function, ast.Attribute) and function.attr in ENGINE_NEVER_CALLS_METHODS
            )
            if is_forbidden:
                broken.append(f"{module}, line {node.lineno}: {ast.unparse(function)}()")
    return broken


@pytest.mark.parametrize("module", [name for name in MODULES if name != "nnapp"])
def test_module_imports_only_what_its_layer_may(module: str) -> None:
    assert broken_rules(module, ast.parse(MODULES[module].read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("nnapp.errors", "import numpy"),
        ("nnapp.engine.layers", "from tkinter import ttk"),
        ("nnapp.engine.layers", "import threading"),
        ("nnapp.engine.layers", "from pathlib import Path"),
        ("nnapp.engine.layers", "def draw():\n    from PIL import Image"),
        ("nnapp.engine.layers", "from nnapp.storage import network_file"),
        ("nnapp.engine.layers", "from nnapp import storage"),
        ("nnapp.engine.network", "from ..storage import network_file"),
        ("nnapp.storage.datasets", "import nnapp.display.wording"),
        ("nnapp.digits.strokes", "import nnapp.storage.datasets"),
        ("nnapp.digits.strokes", "import matplotlib.pyplot"),
        ("nnapp.display.colours", "if TYPE_CHECKING:\n    import tkinter as tk"),
        ("nnapp.jobs", "from nnapp.gui import poller"),
        ("nnapp.search.search", "from nnapp.display import wording"),
        ("nnapp.search.search", "from distributed import Client"),
        ("nnapp.storage.files", "from nnapp.search.journal import Journal"),
        ("nnapp.jobs", "import matplotlib"),
        ("nnapp.gui.tooltip", "from matplotlib.figure import Figure"),
        ("nnapp.gui.tooltip", "from nnapp.cli import main"),
        ("nnapp.gui.tooltip", "import tqdm"),
        ("nnapp.cli", "from nnapp.gui import training_app"),
        ("nnapp.helpers", "import math"),
    ],
)
def test_forbidden_import_is_noticed(module: str, source: str) -> None:
    assert len(broken_rules(module, ast.parse(source))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("nnapp.engine.network", "import math, time\nimport numpy as np\nfrom nnapp.errors import NetworkError"),
        ("nnapp.engine.network", "from .layers import Dense\nfrom nnapp.engine import losses"),
        ("nnapp.storage.network_file", "import os\nfrom nnapp import __version__"),
        ("nnapp.jobs", "import threading, queue\nfrom nnapp.engine.trainer import Trainer"),
        ("nnapp.gui.loss_plot", "import tkinter\nfrom matplotlib.figure import Figure\nimport nnapp.display.colours"),
        ("nnapp.search.search", "import multiprocessing, threading\nfrom nnapp.storage.files import atomic_writer"),
        ("nnapp.cli", "from tqdm import tqdm\nfrom nnapp.storage import datasets"),
        ("nnapp.launchers", "def training():\n    from nnapp.gui import training_app\n    from nnapp import cli"),
    ],
)
def test_allowed_import_is_let_through(module: str, source: str) -> None:
    assert broken_rules(module, ast.parse(source)) == []


@pytest.mark.parametrize("module", [name for name in MODULES if layer_of(name) == "engine"])
def test_engine_neither_prints_nor_touches_files(module: str) -> None:
    assert forbidden_calls(module, ast.parse(MODULES[module].read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("source", ["print(1)", "open('a')", "weights.tofile('a')", "np.savez('a')", "path.open()"])
def test_forbidden_call_is_noticed(source: str) -> None:
    assert len(forbidden_calls("nnapp.engine.network", ast.parse(source))) == 1


def _loaded_with(modules: list[str]) -> set[str]:
    """Return the names in `sys.modules` of a fresh interpreter that has imported `modules`."""
    code = f"import sys, json\nfor name in {modules!r}: __import__(name)\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("layer", sorted({layer_of(name) for name in MODULES} - {"", "__main__"}))
def test_importing_a_layer_loads_nothing_forbidden(layer: str) -> None:
    loaded = _loaded_with([name for name in MODULES if layer_of(name) == layer])

    # A launcher imports a window only when it opens one.
    reachable = {layer, "cli"} | LAYERS["cli"].layers if layer == "launchers" else {layer} | LAYERS[layer].layers
    reachable |= {"blas"}  # which the package itself imports, so that it comes before NumPy
    allowed_packages = frozenset().union(*(LAYERS[name].packages for name in reachable))
    packages = {"numpy", "PIL", "matplotlib", "tqdm", "threadpoolctl"} - allowed_packages
    if layer != "gui":
        packages.add("tkinter")
    assert {name.partition(".")[0] for name in loaded} & packages == set()
    assert {layer_of(name) for name in loaded if name.startswith("nnapp.")} <= reachable


@pytest.mark.parametrize("module", [name for name in MODULES if layer_of(name) != "__main__"])
def test_module_exports_what_it_says(module: str) -> None:
    """Ruff checks that `__all__` is sorted (RUF022)."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }
    loaded = importlib.import_module(module)
    # A package may be no more than a docstring.
    exported = getattr(loaded, "__all__", [] if MODULES[module].name == "__init__.py" else None)

    assert exported is not None
    assert [name for name in exported if not hasattr(loaded, name)] == []
    assert len(exported) == len(set(exported))
    assert defined <= set(exported), "public functions and classes belong in __all__"
