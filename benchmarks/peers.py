"""The other libraries, each set up as its own documentation advises for speed. Who is not installed raises ImportError."""

import atexit
import os
from contextlib import suppress
from shutil import rmtree, which
from tempfile import mkdtemp
from typing import Any


def threads() -> int:
    """How many threads this process may use."""
    return int(os.environ.get("OMP_NUM_THREADS", "1"))


def jit() -> Any:
    """Our own `jit`."""
    from autograd_mini import jit

    return jit


def torch() -> Any:
    """PyTorch on the processor."""
    import torch

    torch.set_num_threads(threads())
    return torch


def torch_compile() -> Any:
    """PyTorch's compiler, which needs a C++ compiler; it finds nothing in its caches."""
    module = torch()
    if not (which("g++") or which("clang++")):
        raise ImportError("torch.compile needs a C++ compiler, and there is none")
    folder = mkdtemp()
    atexit.register(rmtree, folder, ignore_errors=True)
    os.environ["TORCHINDUCTOR_FORCE_DISABLE_CACHES"], os.environ["TORCHINDUCTOR_CACHE_DIR"] = "1", folder
    module.compiler.reset()
    with suppress(ImportError):  # not public: what it has compiled before in this process
        from torch._inductor.utils import clear_caches

        clear_caches()
    return module.compile


def jax() -> Any:
    """JAX in double precision; results are computed when a call returns, which is faster on small work."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    return jax


def mygrad() -> Any:
    """MyGrad without the guard that locks arrays while they are in a graph."""
    import mygrad

    mygrad.turn_memory_guarding_off()
    return mygrad


def autograd() -> Any:
    """HIPS autograd."""
    import autograd

    return autograd


def micrograd() -> Any:
    """The scalar of micrograd."""
    from micrograd.engine import Value

    return Value
