"""Feeds every parser with mutated files, guided by coverage, until the time is over or one misbehaves.

    make fuzz                                one hour over all parsers
    make fuzz FUZZ_ARGS='--seconds 60'       a minute
    make fuzz FUZZ_ARGS='--only onnx pickle --seconds 600 --seed 7'

Each parser runs in processes of its own, one after the other, under libFuzzer
(https://llvm.org/docs/LibFuzzer.html, through atheris). What counts as misbehaving: any exception but `NnappError`,
more than 10 seconds for one file, or more than 500 MB of memory for the whole process, Python and NumPy included. The
file that did it is kept, and the command that repeats it is printed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests")]
MEMORY_MB = 500
ONE_FILE_S = 10
LONGEST_FILE_BYTES = 4096
FILES_OF_A_PROCESS = 200_000
"""How many files one process takes: atheris never frees the result of a comparison of arrays, a few hundred bytes."""


def main() -> int:
    """Fuzz the chosen parsers, sharing the time evenly, and return 1 if one misbehaved."""
    options = _read_options()
    if options.worker:
        _fuzz_here(options.only[0], options)
        return 0
    from targets import ALL, TARGETS

    names = options.only or list(TARGETS)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        sys.exit(f"There is no parser {unknown[0]!r}; choose from {', '.join(TARGETS)}.")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        seconds = max(2, int(options.seconds * options.jobs / len(names)))
        runs = [pool.submit(_fuzz, name, Path(folder, name), seconds, options) for name in names]
        verdicts = [run.result() for run in runs]
    return int(not all(verdicts))


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3600, help="how long in all; an hour by default")
    parser.add_argument("--only", nargs="+", metavar="PARSER", help="which parsers; all by default")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes at a time")
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"), help="folder for files that misbehave")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _fuzz(name: str, corpus: Path, seconds: int, options: argparse.Namespace) -> bool:
    """Fuzz one parser until its time is over; tell what came of it, and return whether it behaved."""
    corpus.mkdir()
    runs, process, started = 0, 0, time.monotonic()
    left = float(seconds)
    while left >= 1:
        # What one process has found interesting is in the corpus, from which the next goes on with other mutations.
        done = _run_worker(name, corpus, max(1, round(left)), options.seed + process, options.findings)
        runs += _last_number_of_runs(done.stdout + done.stderr)
        process, left = process + 1, seconds - (time.monotonic() - started)
        if done.returncode != 0:
            break
    verdict = "ok" if done.returncode == 0 else "MISBEHAVED"
    print(f"{name:<18} {runs:>10,} files in {time.monotonic() - started:5.0f} s  {verdict}", flush=True)
    if done.returncode != 0:
        print((done.stdout + done.stderr)[-6000:], flush=True)
    return done.returncode == 0


def _run_worker(name: str, corpus: Path, seconds: int, seed: int, findings: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, __file__, "--only", name, "--worker", str(corpus), "--seconds", str(seconds)]
    command += ["--seed", str(seed), "--findings", str(findings)]
    # The peers' warnings about each other are not what is looked for.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)


def _last_number_of_runs(output: str) -> int:
    numbers = [line[1:].split()[0] for line in output.splitlines() if line.startswith("#")]
    return max((int(number.rstrip(":")) for number in numbers if number.rstrip(":").isdigit()), default=0)


def _fuzz_here(name: str, options: argparse.Namespace) -> None:
    """Become the fuzzer of one parser."""
    import atheris

    with atheris.instrument_imports(include=["nnapp"]):
        from targets import ALL

        target = ALL[name]
        target.load()
        # What a target imports only when it is called.
        for module in ("exchange.readers", "exchange.completion", "sources.npz_files", "sources.csv_files", "datasets"):
            importlib.import_module(f"nnapp.storage.{module}")
    from nnapp.errors import NnappError

    for number, seed in enumerate(target.seeds()):
        (options.worker / f"seed-{number}").write_bytes(seed)
    options.findings.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")

    def parse(content: bytes) -> None:
        try:
            target.parse(content)
        except NnappError:
            return  # one sentence about what is wrong: just what is promised

    arguments: Sequence[str] = (
        f"-max_total_time={int(options.seconds)}",
        f"-runs={FILES_OF_A_PROCESS}",
        f"-seed={options.seed}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-timeout={ONE_FILE_S}",
        f"-max_len={LONGEST_FILE_BYTES}",
        f"-artifact_prefix={options.findings}/{name}-",
        "-print_final_stats=1",
        str(options.worker),
    )
    atheris.Setup([sys.argv[0], *arguments], parse)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
