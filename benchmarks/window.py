"""How fast the training window is, and what it costs: against the terminal, in the same run.

    python benchmarks/window.py --repeats 3

Trains MNIST with the default settings in the terminal and in the window in turn, each in a process of
its own with the same number of threads, and prints

- the time of an epoch in the window ÷ in the terminal (goal: at most 1.10), medians;
- how late a tick that is due every 16 ms comes while the network trains and the graphs are live
  (goals: 95th percentile under 50 ms, worst under 150 ms);
- the time from starting the program to its first window on the screen (goal: under 1 s).

It starts an X server of its own (Xvfb) unless --display names one.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TICK_MS = 16


def main() -> int:
    """Run the benchmark and print its figures."""
    options = _parse()
    if options.child:
        return {"window": _train_in_window, "terminal": _train_in_terminal, "start": _show_first_window}[options.child](
            options
        )
    with tempfile.TemporaryDirectory() as home:
        server = None if options.display else _start_x_server()
        environment = os.environ | {
            "DISPLAY": options.display or ":99",
            "NNAPP_HOME": home,
            "PYTHONPATH": str(PROJECT),
            "OPENBLAS_NUM_THREADS": str(options.threads),
        }
        try:
            _compare(options, environment)
        finally:
            if server is not None:
                server.terminate()
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each; default 3")
    parser.add_argument("--epochs", type=int, default=10, help="epochs of a run; default 10")
    parser.add_argument("--threads", type=int, default=2, help="threads of the matrix products; default 2")
    parser.add_argument("--display", help="X display to use instead of one of its own")
    parser.add_argument("--data", default=str(PROJECT.parent / "shared" / "mnist"), help="folder of MNIST")
    parser.add_argument("--child", choices=("window", "terminal", "start"), help=argparse.SUPPRESS)
    return parser.parse_args()


def _start_x_server() -> subprocess.Popen[bytes]:
    if shutil.which("Xvfb") is None:
        sys.exit("The benchmark needs Xvfb; `make test` installs it, or name a display with --display.")
    server = subprocess.Popen(["Xvfb", ":99", "-screen", "0", "1920x1080x24"], stderr=subprocess.DEVNULL)
    time.sleep(1)
    return server


def _compare(options: argparse.Namespace, environment: dict[str, str]) -> None:
    results: dict[str, list[dict[str, float]]] = {"terminal": [], "window": [], "start": []}
    for _ in range(options.repeats):
        for child, found in results.items():
            found.append(_run_child(child, options, environment))
    epoch_s = {
        child: statistics.median(found["epoch_s"] for found in results[child]) for child in ("terminal", "window")
    }
    print(f"epoch in the terminal     {epoch_s['terminal']:.3f} s")
    print(f"epoch in the window       {epoch_s['window']:.3f} s")
    print(f"window ÷ terminal         {epoch_s['window'] / epoch_s['terminal']:.2f}")
    for key, title in (("late_95_ms", "tick late, 95 %"), ("late_worst_ms", "tick late, worst")):
        values = [found[key] for found in results["window"]]
        print(f"{title:<25} {statistics.median(values):.0f} ms (all: {', '.join(f'{value:.0f}' for value in values)})")
    starts = [found["first_window_s"] for found in results["start"]]
    print(f"first window              {statistics.median(starts):.2f} s (all: {', '.join(f'{s:.2f}' for s in starts)})")


def _run_child(child: str, options: argparse.Namespace, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", child, "--epochs", str(options.epochs), "--data", options.data]
    started = time.time()
    out = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(out.splitlines()[-1])
    if "shown_at" in found:
        found["first_window_s"] = found["shown_at"] - started
    return found


def _train_in_terminal(options: argparse.Namespace) -> int:
    from nnapp.engine import EpochReport, Settings, Trainer
    from nnapp.storage.datasets import load_dataset

    dataset = load_dataset(options.data)
    settings = Settings(epochs=options.epochs)
    trainer = Trainer(settings.new_network(784, 10), dataset.training_images, dataset.training_labels, settings)
    seconds = [report.seconds for report in trainer.run() if isinstance(report, EpochReport)]
    print(json.dumps({"epoch_s": statistics.median(seconds)}))
    return 0


def _train_in_window(options: argparse.Namespace) -> int:
    import tkinter as tk

    from nnapp.engine import Settings
    from nnapp.gui.training_app import TrainingApp
    from nnapp.storage.dataset import DataChoice
    from nnapp.storage.preferences import Preferences

    root = tk.Tk()
    app = TrainingApp(root, Preferences())
    app.start(None, DataChoice(options.data))
    late_ms: list[float] = []
    due = time.perf_counter() + 1.0

    def tick() -> None:
        nonlocal due
        now = time.perf_counter()
        if app.runs.state == "running" and app.session.trainer and app.session.trainer.n_epochs_done >= 1:
            late_ms.append(1000 * (now - due))
        due = now + TICK_MS / 1000
        root.after(TICK_MS, tick)

    def begin() -> None:
        if app.session.dataset is None:
            root.after(50, begin)
            return
        app.window.settings.show_settings(Settings(epochs=options.epochs))
        app.commands.invoke("train")
        root.after(100, wait_for_end)

    def wait_for_end() -> None:
        if app.runs.state == "idle":
            root.quit()
        else:
            root.after(100, wait_for_end)

    root.after(500, begin)
    root.after(1000, tick)
    root.mainloop()
    assert app.session.trainer is not None
    late_ms.sort()
    figures = {
        "epoch_s": statistics.median(report.seconds for report in app.session.trainer.history),
        "late_95_ms": late_ms[int(0.95 * len(late_ms))],
        "late_worst_ms": late_ms[-1],
    }
    print(json.dumps(figures), flush=True)
    os._exit(0)  # the run is over; closing the window is not what is measured


def _show_first_window(options: argparse.Namespace) -> int:
    import tkinter as tk

    from nnapp.gui.training_app import TrainingApp
    from nnapp.storage.dataset import DataChoice
    from nnapp.storage.preferences import Preferences

    root = tk.Tk()
    app = TrainingApp(root, Preferences())
    root.after_idle(app.start, None, DataChoice(options.data))

    def on_visible(event: object) -> None:
        print(json.dumps({"shown_at": time.time()}), flush=True)
        os._exit(0)

    # The first picture of the last widget in the window: by then all of it is on the screen.
    app.window.progress.bind("<Expose>", on_visible)
    app.window.progress.bind("<Map>", lambda _: root.after_idle(on_visible, None))
    root.mainloop()
    return 1


if __name__ == "__main__":
    sys.exit(main())
