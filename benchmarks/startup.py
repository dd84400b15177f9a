"""What `import autograd_mini` costs, as a whole process, against `import numpy`."""

import subprocess
import sys
from importlib.util import find_spec

from interleaved import medians, table


def process(module):
    """Start Python, import `module`, and end."""
    return lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True)


def main():
    """Measure and print."""
    modules = [m for m in ("numpy", "autograd_mini", "nn", "autograd", "mygrad", "torch", "jax") if find_spec(m)]
    times = medians({module: process(module) for module in modules}, seconds=4)
    print(f"### A process that imports (1 = {times['numpy'] * 1e3:.0f} ms here)\n")
    table(["", "÷ import numpy"], [[f"import {m}", f"{time / times['numpy']:.2f}"] for m, time in times.items()])


if __name__ == "__main__":
    main()
