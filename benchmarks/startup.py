"""What an import costs, as a whole process."""

import os
import subprocess
import sys
from importlib.util import find_spec

from interleaved import Run
from work import Work

MODULES = ("numpy", "autograd_mini", "micrograd.engine", "autograd", "mygrad", "torch", "jax")


def process(module: str) -> Run:
    """Start Python, import `module`, and end."""
    if find_spec(module.partition(".")[0]) is None:
        raise ImportError(f"No module named {module!r}")
    # The compiled modules are kept, as they are wherever Python is not told otherwise.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", f"import {module}"]
    return lambda: subprocess.run(command, check=True, env=environment).returncode


def w6() -> Work:
    return Work(
        "A process that imports",
        "import",
        {f"import {module}": lambda module=module: process(module) for module in MODULES},
        base="import numpy",
    )


WORKS = {"W6": w6}
