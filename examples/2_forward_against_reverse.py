"""The gradient of f: ℝⁿ → ℝ in both modes, as n grows: one sweep for each input against one for all of them."""

import sys
from pathlib import Path
from timeit import repeat

import numpy as np
from matplotlib.figure import Figure

from autograd_mini import elementwise, jvp, value_and_grad

ALL_UP_TO = 1000  # all n forward sweeps are run up to here; beyond, one is, and its time multiplied by n
picture = Path(sys.argv[1] if sys.argv[1:] else Path(__file__).parents[1] / "build/forward_against_reverse.png")
counted = []


def slope(y, x):
    """Every sweep, in either mode, asks once for this derivative of x²: so sweeps can be counted."""
    counted.append("a sweep")
    return 2 * x


square = elementwise(lambda x: x * x, slope)
f = lambda x: np.sum(square(x))
forward_mode = lambda x, units: [jvp(f, [x], [unit])[1] for unit in units]  # a sweep from each input: ∂f/∂xᵢ


def measured(gradient, *args):
    """Run `gradient`: its result, the sweeps it takes, its shortest time in seconds."""
    counted.clear()
    result = gradient(*args)
    return result, len(counted), min(repeat(lambda: gradient(*args), number=1, repeat=3))


rows = []
print("   inputs   sweeps: forward, reverse   seconds: forward, reverse   forward ÷ reverse")
for n in (10**k for k in range(7)):
    x = np.random.default_rng(n).normal(size=n)
    times, mark = (1, " ") if n <= ALL_UP_TO else (n, "*")
    slopes, sweeps, seconds = measured(forward_mode, x, np.eye(n // times, n))
    (_, gradient), sweep, reverse = measured(value_and_grad(f), x)
    sweeps, forward = sweeps * times, seconds * times
    print(f"{n:9,} {sweeps:16,}{mark}{sweep:9} {forward:18.5f}{mark} {reverse:8.5f} {forward / reverse:16,.0f}")
    assert np.allclose(slopes, gradient[: len(slopes)])
    assert (sweeps, sweep) == (n, 1)
    rows.append((n, forward, reverse))

n, forward, reverse = np.array(rows).T
figure = Figure()
axes = figure.add_subplot(xscale="log", yscale="log", xlabel="inputs n", ylabel="seconds for ∇f")
axes.plot(n[n >= ALL_UP_TO], forward[n >= ALL_UP_TO], "C1o--", mfc="white", label="forward mode, one sweep times n")
axes.plot(n[n <= ALL_UP_TO], forward[n <= ALL_UP_TO], "C1o-", label="forward mode, all n sweeps")
axes.plot(n, reverse, "C0s-", label="reverse mode, its one sweep")
axes.legend()
picture.parent.mkdir(exist_ok=True)
figure.savefig(picture)
print(f"* one forward sweep timed, times n\nThe picture is in {picture}")
