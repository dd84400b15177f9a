"""What an operation costs, counted in Python's instructions, calls, objects and bytes. Seconds say more about the machine.

A bound lies a little above what is needed at present, on any Python that is supported. A change that needs less lowers it; a
change that needs more says why.
"""

import gc
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd_mini import Tensor, grad, hvp, value_and_grad

Run = Callable[[], Any]


def counted(run: Run) -> tuple[int, int]:
    """How many instructions, and calls of functions, one run takes outside this file, once everything is warm."""
    run()
    run()
    return (monitored if hasattr(sys, "monitoring") else traced)(run)


def traced(run: Run) -> tuple[int, int]:
    instructions = calls = 0

    def trace(frame, event, arg):
        nonlocal instructions, calls
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if frame.f_code.co_filename != __file__:
            instructions += event == "opcode"
            calls += event == "call"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(before)
    return instructions, calls


def monitored(run: Run) -> tuple[int, int]:
    """The same by the means of Python 3.12."""
    monitoring = sys.monitoring
    tool, events = monitoring.PROFILER_ID, monitoring.events
    counts = dict.fromkeys((events.INSTRUCTION, events.PY_START), 0)

    def count(event):
        def counting(code, offset):
            counts[event] += code.co_filename != __file__

        return counting

    monitoring.use_tool_id(tool, "counts")
    try:
        for event in counts:
            monitoring.register_callback(tool, event, count(event))
        monitoring.set_events(tool, sum(counts))
        run()
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)
    return counts[events.INSTRUCTION], counts[events.PY_START]


def chain(n: int, x: Any) -> Any:
    """n operations, alternating."""
    y = x
    for _ in range(n // 2):
        y = y * 1.0000001
        y = y + x
    return y


def expression() -> None:
    a, b = Tensor(2.0), Tensor(1.0)
    ((a + b) * (b + 1)).backward()


def network_gradient() -> Run:
    """[784, 30, 10] on ten examples: twenty operations."""
    rng = np.random.default_rng(0)
    parameters = [rng.standard_normal(shape) / 10 for shape in ((30, 1), (10, 1), (30, 784), (10, 30))]
    X, Y = rng.random((784, 10)), np.eye(10)

    def cost(parameters, X, Y):
        b1, b2, W1, W2 = parameters
        A1 = 1.0 / (1.0 + np.exp(-(W1 @ X + b1)))
        A2 = 1.0 / (1.0 + np.exp(-(W2 @ A1 + b2)))
        return ((A2 - Y) ** 2).sum() / (2 * X.shape[1])

    gradient = grad(cost)
    return lambda: gradient(parameters, X, Y)


def rosenbrock_hvp() -> Run:
    x = np.linspace(0, 1, 1000)
    product = hvp(lambda x: (100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum())
    return lambda: product(x, x)


@pytest.mark.parametrize(
    ("run", "instructions", "calls"),
    [(expression, 1_200, 18), (network_gradient(), 7_100, 152), (rosenbrock_hvp(), 18_200, 560)],
    ids=["e = (a + b)(b + 1)", "gradient of a network", "Hessian of Rosenbrock times a vector"],
)
def test_instructions_of_a_derivative(run, instructions, calls):
    needed = counted(run)
    assert 0 < needed[0] <= instructions, f"{needed[0]} instructions"
    assert 0 < needed[1] <= calls, f"{needed[1]} calls"


@pytest.mark.parametrize(
    ("run", "instructions", "calls"),
    [(lambda n: chain(n, Tensor(0.5)), 57, 1), (lambda n: chain(n, Tensor(0.5)).backward(), 290, 2.5)],
    ids=["built", "built and swept"],
)
def test_instructions_of_a_scalar_operation(run, instructions, calls):
    longer, shorter = counted(lambda: run(200)), counted(lambda: run(100))
    needed = (longer[0] - shorter[0]) / 100, (longer[1] - shorter[1]) / 100
    assert 0 < needed[0] <= instructions, f"{needed[0]} instructions an operation"
    assert 0 < needed[1] <= calls, f"{needed[1]} calls an operation"


def test_objects_of_a_scalar_operation():
    """A node, its value, its serial number and its operands; the first and the last concern the garbage collector."""
    n = 2000
    x = Tensor(0.5)
    chain(n, x)
    gc.collect()
    gc.disable()
    try:
        blocks = sys.getallocatedblocks()
        y = chain(n, x)
        blocks = sys.getallocatedblocks() - blocks
        tracked = len(gc.get_objects())
        del y
        tracked -= len(gc.get_objects())
    finally:
        gc.enable()
    assert 3 <= blocks / n <= 4.1
    assert 1 <= tracked / n <= 2.1


def peak_bytes(run: Run) -> int:
    run()
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_bytes_of_a_scalar_operation():
    """Built and swept; a sweep of a chain adds nothing that grows with it."""
    n = 10_000
    assert 100 <= peak_bytes(lambda: chain(n, Tensor(0.5)).backward()) / n <= 200


def test_arrays_at_the_peak():
    """Σ sin(x) exp(−x²) + tanh(x): seven results and their cotangents, as far as they live at once."""
    x = np.linspace(-2, 2, 100_000)
    f = value_and_grad(lambda x: (np.sin(x) * np.exp(-(x**2)) + np.tanh(x)).sum())
    assert 2 <= peak_bytes(lambda: f(x)) / x.nbytes <= 12.1
