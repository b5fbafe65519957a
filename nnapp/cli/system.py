"""What ``nnapp info --system`` tells: the versions, kernels and threads that compute here."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from nnapp import __version__
from nnapp.blas import CHOSEN, KERNELS_VARIABLE, THREAD_VARIABLES, available_cores
from nnapp.display.wording import counted

__all__ = ["system_facts", "system_lines"]

_PACKAGES = ("numpy", "pillow", "matplotlib", "tqdm", "threadpoolctl")


def system_facts() -> dict[str, Any]:
    """Return what computes here, ready for JSON.

    Of the libraries of matrix products, ``kernels`` is the kind of processor that their code was made for, as the
    library itself says. ``adam_is_compiled`` tells whether Adam's step is the one in C.
    """
    # Here, since most commands do without.
    import numpy as np
    from threadpoolctl import threadpool_info

    from nnapp.engine.compiled_adam import compiled_adam_step

    np.ones((2, 2)) @ np.ones((2, 2))
    libraries = [
        {
            "name": info["internal_api"],
            "version": info["version"],
            "kernels": info.get("architecture"),
            "threads": info["num_threads"],
        }
        for info in threadpool_info()
        if info["user_api"] == "blas"
    ]
    names = (KERNELS_VARIABLE, *THREAD_VARIABLES)
    return {
        "nnapp": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in _PACKAGES},
        "cores": available_cores(),
        "matrix_products": libraries,
        "adam_is_compiled": compiled_adam_step(np.dtype(np.float32)) is not None,
        "environment": {name: os.environ[name] for name in names if name in os.environ},
        "set_by_nnapp": [name for name in names if CHOSEN.get(name, "") == os.environ.get(name)],
    }


def system_lines(facts: dict[str, Any]) -> list[str]:
    """Return `system_facts` as lines for people."""
    packages = ", ".join(f"{name} {found or 'not installed'}" for name, found in facts["packages"].items())
    lines = [
        f"nnapp             {facts['nnapp']}, Python {facts['python']}, {facts['system']}",
        f"packages          {packages}",
        f"processor         {counted(facts['cores'], 'core')} to use",
    ]
    for library in facts["matrix_products"]:
        kernels = f"kernels {library['kernels']}, " if library["kernels"] else ""
        threads = counted(library["threads"], "thread")
        lines.append(f"matrix products   {library['name']} {library['version']}, {kernels}{threads}")
    if not facts["matrix_products"]:
        lines.append("matrix products   a library that does not tell its kernels and threads")
    without = "in NumPy: its C could not be compiled when nnapp was installed"
    lines.append(f"optimizer         Adam {'compiled' if facts['adam_is_compiled'] else without}")
    for name, value in facts["environment"].items():
        who = "set by nnapp" if name in facts["set_by_nnapp"] else "as you have set it"
        lines.append(f"environment       {name}={value}, {who}")
    return lines


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
