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


def features() -> set[str]:
    """What the processor can do, in Linux's words."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return {word for line in lines if line.startswith("flags") for word in line.split(":")[1].split()}


def kernels() -> set[str]:
    """The processors for which the code is with which NumPy multiplies matrices."""
    import numpy as np  # noqa: F401  which loads it

    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return set()
    return {pool["architecture"] for pool in threadpool_info() if "architecture" in pool}


def wider_kernels() -> str:
    """OpenBLAS's name of the code that would use this processor whole, where it has chosen other code."""
    whole = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"} <= features()
    return "SkylakeX" if whole and kernels() and kernels() <= {"Haswell", "Zen"} else ""


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
    return f"{name} with its code for {' and '.join(sorted(kernels()))}" if kernels() else name


def described() -> str:
    """The machine in a few sentences."""
    present, missing = versions(("numpy", *PEERS))
    text = (
        f"{processor()}, {os.cpu_count()} cores, {sys.platform}; Python {platform.python_version()}; "
        f"{', '.join(present)}. NumPy multiplies matrices with {blas()}."
    )
    return text + (f" Not installed, therefore left out: {', '.join(missing)}." if missing else "")
