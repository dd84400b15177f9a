"""What was measured on: processor, threads, versions."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PEERS = ("micrograd", "autograd", "mygrad", "torch", "jax")


def processor() -> str:
    """The processor's name."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def versions(packages: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Those that are installed, with their versions, and those that are not."""
    present, missing = [], []
    for package in packages:
        try:
            present.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    return present, missing


def blas() -> str:
    """The library that multiplies NumPy's matrices, and for which processor its code is."""
    import numpy as np

    found = np.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    name = f"{found.get('name', 'BLAS')} {found.get('version', '')}".strip()
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return name
    kernels = {pool["architecture"] for pool in threadpool_info() if "architecture" in pool}
    return f"{name} with its code for {' and '.join(sorted(kernels))}" if kernels else name


def described() -> str:
    """The machine in a few sentences."""
    present, missing = versions(("numpy", *PEERS))
    text = (
        f"{processor()}, {os.cpu_count()} cores, {sys.platform}; Python {platform.python_version()}; "
        f"{', '.join(present)}. NumPy multiplies matrices with {blas()}."
    )
    return text + (f" Not installed, therefore left out: {', '.join(missing)}." if missing else "")
