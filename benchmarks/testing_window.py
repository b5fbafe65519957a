"""How fast the testing window follows the pen, and what a click on a neuron costs.

    python benchmarks/testing_window.py

Draws with the pointer in a window of its first size, in a process of its own for each network, and prints

- the time from a pointer movement until grid, diagram and answer are on the screen, median and 95th percentile
  (goals: 16 and 33 ms for 784-128-64-10, 33 and 66 ms for 784-800-800-10), with the drawing brought to the grid
  like MNIST's and as drawn, and with the activity views open;
- the time from a click on a neuron of each layer until its connections, its weights on the grid and its panel are on
  the screen (goal: 33 ms);
- the time from starting the program with a network and a data set to its first window, and to its first answer
  (goal for the first: under 0.7 s).

A time ends with an answer of the X server to a question asked after all drawing, so that the drawing is done. It
starts an X server of its own (Xvfb) unless --display names one.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))  # as started from a checkout
NETWORKS = ("784-128-64-10", "784-800-800-10")
WAYS = ("like MNIST", "as drawn", "like MNIST, activity views open")
DISPLAY_TIMEOUT_S = 20


def main() -> int:
    """Run the benchmark and print its figures."""
    options = _parse()
    if options.child:
        return {"draw": _draw, "start": _show_first_window}[options.child](options)
    with tempfile.TemporaryDirectory() as home, _display(options.display) as display:
        environment = os.environ | {
            "DISPLAY": display,
            "NNAPP_HOME": home,
            "PYTHONPATH": str(PROJECT),
            "OPENBLAS_NUM_THREADS": str(options.threads),
        }
        for sizes in NETWORKS:
            path = Path(home, f"{sizes}.nn")
            _write_network(path, sizes)
            _print_times(sizes, _run_child("draw", path, options, environment))
            starts = [_run_child("start", path, options, environment) for _ in range(options.repeats)]
            for key, title in (("window_s", "first window"), ("answer_s", "first answer")):
                seconds = sorted(found[key] for found in starts)
                print(f"{sizes:<16} {title:<44} median {statistics.median(seconds):.2f} s, worst {seconds[-1]:.2f} s")
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, help="starts of the program; default 5")
    parser.add_argument("--movements", type=int, default=300, help="pointer movements; default 300")
    parser.add_argument("--threads", type=int, default=1, help="threads of the matrix products; default 1")
    parser.add_argument("--display", help="X display to use instead of one of its own")
    parser.add_argument("--data", default=str(PROJECT.parent / "shared" / "mnist"), help="folder of MNIST")
    parser.add_argument("--network", help=argparse.SUPPRESS)
    parser.add_argument("--child", choices=("draw", "start"), help=argparse.SUPPRESS)
    return parser.parse_args()


@contextmanager
def _display(name: str | None) -> Iterator[str]:
    """Yield the display that was named, or one of an X server that is started for it."""
    if name:
        yield name
        return
    if shutil.which("Xvfb") is None:
        sys.exit("The benchmark needs Xvfb; `make test` installs it, or name a display with --display.")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            sys.exit("Xvfb did not start.")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(DISPLAY_TIMEOUT_S)


def _write_network(path: Path, sizes: str) -> None:
    import numpy as np

    from nnapp.engine.network import Network
    from nnapp.storage.network_file import write_network
    from nnapp.storage.network_metadata import NetworkMetadata

    network = Network.dense([int(size) for size in sizes.split("-")], rng=np.random.default_rng(1))
    write_network(path, network, NetworkMetadata(loss="cross-entropy"))


def _run_child(child: str, path: Path, options: argparse.Namespace, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, __file__, "--child", child, "--network", str(path), "--data", options.data]
    command += ["--movements", str(options.movements)]
    started = time.time()
    out = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return {key.replace("_at", "_s"): value - started for key, value in found.items()} if child == "start" else found


def _print_times(sizes: str, times_ms: dict[str, list[float]]) -> None:
    for title, times in times_ms.items():
        median, most = statistics.median(times), sorted(times)[math.ceil(0.95 * len(times)) - 1]
        print(f"{sizes:<16} {title:<44} median {median:5.1f} ms, 95 % {most:5.1f} ms, worst {max(times):5.1f} ms")


def _new_app(options: argparse.Namespace) -> Any:
    """Open the window; return it when the network and the data set are there and nothing goes on any more."""
    from nnapp.gui.start import new_root
    from nnapp.gui.testing_app import TestingApp
    from nnapp.storage.dataset import DataChoice
    from nnapp.storage.preferences import Preferences

    app = TestingApp(new_root("nnapp-testing"), Preferences())
    data = DataChoice(options.data) if Path(options.data).is_dir() else None
    app.start(options.network, data, "test", None, None)
    return app


def _settle(app: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        app.root.update()
        time.sleep(0.005)


def _draw(options: argparse.Namespace) -> int:
    app = _new_app(options)
    _settle(app, 1.0)
    deadline = time.monotonic() + 60
    while Path(options.data).is_dir() and app.session.evaluation is None and time.monotonic() < deadline:
        _settle(app, 0.2)
    _settle(app, 1.0)
    times_ms: dict[str, list[float]] = {}
    for way in WAYS:
        app.commands.invoke("as-drawn" if way == "as drawn" else "like-mnist")
        app.window.tabs.select(str(app.window.activity if "activity" in way else app.window.neuron))
        times_ms[f"pen to screen, {way}"] = _pen_times(app, options.movements)
    times_ms |= _click_times(app)
    print(json.dumps(times_ms), flush=True)
    os._exit(0)  # closing the window is not what is measured


def _pen_times(app: Any, n_movements: int) -> list[float]:
    """Draw an 8 over and over; return the time each movement takes."""
    app.commands.invoke("clear")
    _settle(app, 0.2)
    paper = app.window.drawing._paper
    side = paper.winfo_width()
    times = []
    for movement in range(n_movements):
        turn = movement % 60
        angle = 2 * math.pi * turn / 60
        x, y = round(side * (0.5 + 0.2 * math.sin(2 * angle))), round(side * (0.5 - 0.32 * math.cos(angle)))
        if turn == 0:
            if movement:
                paper.event_generate("<ButtonRelease-1>", x=x, y=y)
                app.commands.invoke("clear")
            paper.event_generate("<ButtonPress-1>", x=x, y=y)
            app.root.update()
            continue
        before = app.session.image
        times.append(_time_ms(app, lambda x=x, y=y: paper.event_generate("<Motion>", x=x, y=y, state=0x100)))
        if app.session.image is before or app.window.diagram._is_stale:
            sys.exit("A movement of the pointer did not reach the network, or the diagram is not to be seen.")
    paper.event_generate("<ButtonRelease-1>", x=0, y=0)
    app.root.update()
    return times


def _click_times(app: Any) -> dict[str, list[float]]:
    """Click neurons of every layer in turn; return the times by layer."""
    canvas, model = app.window.diagram.canvas, app.window.diagram._model
    app.window.tabs.select(str(app.window.neuron))
    app.root.update()
    times: dict[str, list[float]] = {}
    for column in canvas.layout.columns:
        found = times.setdefault(f"click to screen, layer {column.layer}", [])
        for slot in [slot % column.n_slots for slot in range(20)]:
            y = column.ys[slot]
            found.append(_time_ms(app, lambda x=column.x, y=y: canvas.event_generate("<Button-1>", x=x, y=y)))
            if model.selected is None or model.selected.layer != column.layer:
                sys.exit("A click did not reach its neuron.")
            app.commands.invoke("deselect")
            app.root.update()
    return times


def _time_ms(app: Any, act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    app.root.update()
    app.root.winfo_pointerx()  # answered when the server has done all before it
    return 1000 * (time.perf_counter() - began)


def _show_first_window(options: argparse.Namespace) -> int:
    from nnapp.gui.start import new_root
    from nnapp.gui.testing_app import TestingApp
    from nnapp.storage.dataset import DataChoice
    from nnapp.storage.preferences import Preferences

    root = new_root("nnapp-testing")
    app = TestingApp(root, Preferences())
    data = DataChoice(options.data) if Path(options.data).is_dir() else None
    root.after_idle(app.start, options.network, data, "test", None, None)
    shown: dict[str, float] = {}

    def look() -> None:
        if "window_at" not in shown and app.window.status.winfo_viewable():
            root.update_idletasks()
            root.winfo_pointerx()
            shown["window_at"] = time.time()
        if app.session.image is not None or (data is None and shown):
            root.update_idletasks()
            root.winfo_pointerx()
            shown["answer_at"] = time.time()
            print(json.dumps(shown), flush=True)
            os._exit(0)
        root.after(2, look)

    root.after(2, look)
    root.mainloop()
    return 1


if __name__ == "__main__":
    sys.exit(main())
