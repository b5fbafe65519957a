"""Set up whatever a goal of the Makefile needs, from nothing: `prepare.py run|test|bench|lint [--extras a,b]`.

1. Find a Python 3.10 or newer with `venv` (and Tk, where windows will be opened).
2. Create `.venv` with it and install the project there, editable, with the extras of `setup.cfg` asked for.
   A stamp in `.venv` remembers what was installed, so that there is nothing to do until `setup.cfg` changes,
   or what is compiled.
3. For `test`, see to the programs that window tests need: Xvfb, openbox and xdotool.

What is missing from the system is installed with apt-get where that exists and is permitted. What cannot
be installed is one sentence with the command that would do it, and exit code 1.

Only the standard library is used, and only syntax that Python 3.6 understands: the `python3` that starts
this script may be too old for nnapp, but it can still find a newer one or say what to install.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterator, List, NamedTuple, Optional

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "nnapp-stamp.json"
MINIMUM = (3, 10)
NAMES = ["python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python3", "python"]
DECIDING = ["setup.cfg", "setup.py", "pyproject.toml", "nnapp/engine/adam_step.c"]  # what is installed, and compiled
HAS_X11 = os.name == "posix" and sys.platform != "darwin"
HAS_DISPLAY = not HAS_X11 or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
PROGRAMS = ["Xvfb", "openbox", "xdotool"]  # windows are tested with these where windows are X11's
EXTRAS: Dict[str, List[str]] = {"run": [], "test": ["test"], "bench": ["peers"], "lint": ["test"]}

# What each package manager calls the things a system may lack.
PACKAGES = {
    "apt-get": {"venv": "python3-venv", "Tk": "python3-tk", "Xvfb": "xvfb"},
    "dnf": {"Python": "python3.12 python3.12-tkinter", "Tk": "python3-tkinter", "Xvfb": "xorg-x11-server-Xvfb"},
    "brew": {"Python": "python python-tk", "Tk": "python-tk"},
}

# Run by every interpreter considered, even by Python 2.
PROBE = """
import json, sys
def has(*names):
    try:
        return all(map(__import__, names))
    except ImportError:
        return False
print(json.dumps([sys.executable, sys.version_info[:2], has("venv", "ensurepip"), has("tkinter"), has("pip")]))
"""


class PreparationError(Exception):
    """Something is missing that this script may not or cannot install; the message is the sentence to show."""


class Interpreter(NamedTuple):
    """A Python found on this machine."""

    path: str
    version: List[int]
    has_venv: bool
    has_tk: bool
    has_pip: bool

    def lacks(self, needs_tk: bool) -> List[str]:
        """Return what has to be added before a virtual environment can be made of it."""
        return ["venv"] * (not self.has_venv) + ["Tk"] * (needs_tk and not self.has_tk)


def main() -> int:
    """Prepare for the goal on the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Set up what a goal of the Makefile needs.")
    parser.add_argument("goal", choices=sorted(EXTRAS))
    parser.add_argument("--extras", default="", help="more extras of setup.cfg to install, separated by commas")
    arguments = parser.parse_args()
    os.chdir(str(ROOT))
    extras = frozenset(EXTRAS[arguments.goal] + [name for name in arguments.extras.split(",") if name])
    try:
        prepare(arguments.goal, extras)
    except PreparationError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def prepare(goal: str, extras: FrozenSet[str]) -> None:
    """Bring `.venv` and the system up to what `goal` needs."""
    needs_tk = goal == "test" or (goal == "run" and HAS_DISPLAY)
    interpreter = None if environment_is_usable(needs_tk) else find_interpreter(needs_tk)
    lacking = [] if interpreter is None else interpreter.lacks(needs_tk)
    if goal == "test" and HAS_X11:
        lacking += [name for name in PROGRAMS if shutil.which(name) is None]
    if lacking:
        install_system_packages(lacking, goal)
    if interpreter is not None:
        # Looked for again: what was installed may have completed another interpreter than the first choice.
        create_environment(find_interpreter(needs_tk) if lacking else interpreter, needs_tk, goal)
    install_project(extras, goal)


def environment_is_usable(needs_tk: bool) -> bool:
    """Tell whether the present `.venv` works and was made in this folder (a copy imports the original's code)."""
    interpreter = probe(str(VENV_PYTHON))
    if interpreter is None or tuple(interpreter.version) < MINIMUM or (needs_tk and not interpreter.has_tk):
        return False
    return interpreter.has_pip and read_stamp().get("root", str(ROOT)) == str(ROOT)


def probe(path: str) -> Optional[Interpreter]:
    """Return what the interpreter at `path` has to offer, or None if it does not run."""
    try:
        found = run([path, "-c", PROBE])
        return Interpreter(*json.loads(found.stdout)) if found.returncode == 0 else None
    except (OSError, ValueError):
        return None


def find_interpreter(needs_tk: bool) -> Interpreter:
    """Return the first interpreter that lacks nothing, or else the one most easily completed."""
    found = []
    for path in candidates():
        interpreter = probe(path)
        if interpreter is not None:
            if tuple(interpreter.version) >= MINIMUM and not interpreter.lacks(needs_tk):
                return interpreter
            found.append(interpreter)
    suitable = [interpreter for interpreter in found if tuple(interpreter.version) >= MINIMUM]
    # The system's packages complete the system's Python only.
    if suitable:
        return min(suitable, key=lambda interpreter: not interpreter.path.startswith("/usr/bin/"))
    newest = ".".join(map(str, max(interpreter.version for interpreter in found)))
    raise PreparationError(f"nnapp needs Python 3.10 or newer, but the newest here is {newest}; {advice(['Python'])}.")


def candidates() -> Iterator[str]:
    """Yield paths of interpreters: the one running this, then all on PATH, newest names first."""
    yield sys.executable
    for name in NAMES:
        for folder in os.get_exec_path():
            path = shutil.which(name, path=folder)
            if path is not None:
                yield path


def install_system_packages(lacking: List[str], goal: str) -> None:
    """Install what is missing from the system with apt-get, or raise with the command that would."""
    needs = f"`make {goal}` needs {', '.join(lacking)}"
    remedy = f"{advice(lacking)}, then `make {goal}` again"
    administrator = administrator_prefix()
    if shutil.which("apt-get") is None or administrator is None:
        raise PreparationError(f"{needs}; {remedy}.")
    packages = package_names("apt-get", lacking)
    print(f"Installing {' '.join(packages)} with apt-get ...", flush=True)
    apt = [*administrator, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    done = run(install)
    if done.returncode != 0:  # the package lists are missing or out of date
        run([*apt, "update"])
        done = run(install)
    if done.returncode != 0:
        raise PreparationError(f"{needs}, which apt-get could not install ({last_error(done.stderr, 'E:')}); {remedy}.")


def administrator_prefix() -> Optional[List[str]]:
    """Return what to put before a command to run it as administrator without a question, or None."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    if shutil.which("sudo") is not None and run(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return None


def package_names(manager: str, lacking: List[str]) -> List[str]:
    """Return what a package manager calls the packages that bring what is lacking."""
    return [PACKAGES[manager].get(name, name) for name in lacking]


def advice(lacking: List[str]) -> str:
    """Return the clause that says how to install what is lacking on this kind of machine."""
    for manager in PACKAGES:
        # A Debian has one Python only, so apt-get cannot bring a newer one.
        if shutil.which(manager) is not None and (manager, lacking) != ("apt-get", ["Python"]):
            sudo = "" if manager == "brew" else "sudo "
            return f"run `{sudo}{manager} install {' '.join(package_names(manager, lacking))}`"
    if set(lacking) & set(PROGRAMS):
        return f"install {', '.join(lacking)} with this system's package manager"
    return "install Python 3.13, which brings Tk, from https://www.python.org/downloads/"


def create_environment(interpreter: Interpreter, needs_tk: bool, goal: str) -> None:
    """Make `.venv` afresh with `interpreter`."""
    lacking = interpreter.lacks(needs_tk)
    if lacking:
        remedy = f"{advice(lacking)}, then `make {goal} PYTHON=` with the path of another Python"
        raise PreparationError(f"{interpreter.path} was built without {', '.join(lacking)}; {remedy}.")
    print(f"Creating .venv with {interpreter.path} ...", flush=True)
    made = run([interpreter.path, "-m", "venv", "--clear", str(VENV)])
    if made.returncode != 0:
        raise PreparationError(f"The folder .venv could not be created: {last_error(made.stderr or made.stdout)}.")


def install_project(extras: FrozenSet[str], goal: str) -> None:
    """Install the project and its packages into `.venv`, unless the stamp says that they are there."""
    settings = b"".join((ROOT / name).read_bytes() for name in DECIDING)
    stamp = read_stamp()
    installed = frozenset(stamp.get("extras", []))
    wanted = {"root": str(ROOT), "settings": hashlib.sha256(settings).hexdigest(), "extras": sorted(extras | installed)}
    if stamp == wanted:
        return
    target = f".[{','.join(wanted['extras'])}]" if wanted["extras"] else "."
    print(f"Installing nnapp and its packages into .venv (pip install --editable {target}) ...", flush=True)
    done = run([str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--editable", target])
    if done.returncode != 0:
        raise PreparationError(f"{pip_failure(done.stdout + done.stderr)}, then `make {goal}` again.")
    STAMP.write_text(json.dumps(wanted), encoding="utf-8")


def pip_failure(output: str) -> str:
    """Return what went wrong with pip, and what to do about it."""
    if "connection" in output.lower():
        return "pip could not reach the package index; connect this machine to the network"
    return f"pip could not install the packages setup.cfg names ({last_error(output, 'ERROR:')}); put that right"


def read_stamp() -> Dict[str, Any]:
    """Return what the stamp in `.venv` remembers; empty if there is none."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def last_error(output: str, marker: str = "") -> str:
    """Return the last line of a program's output that starts with `marker`, without it and without a full stop."""
    lines = [line for line in map(str.strip, output.splitlines()) if line and line.startswith(marker)]
    return lines[-1][len(marker) :].strip().rstrip(".") if lines else "it did not say why"


def run(command: List[str]) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end, without input, and return what it printed."""
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.run(command, stdin=nothing, stdout=pipe, stderr=pipe, universal_newlines=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
