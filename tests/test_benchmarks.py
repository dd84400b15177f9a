"""The benchmarks run, what they compare agrees, and the page says what was found. No time is ever asserted."""

import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch):
    """Their files import one another as scripts do."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    for file in (ROOT / "benchmarks").glob("*.py"):
        monkeypatch.delitem(sys.modules, file.stem, raising=False)
    yield
    for file in (ROOT / "benchmarks").glob("*.py"):
        sys.modules.pop(file.stem, None)


def small_works():
    import arrays
    import curvature
    import networks
    import scalars
    import training

    arrays.N, curvature.N, training.EXAMPLES = 100, 10, 200
    return {
        "W1": scalars.w1,
        "W1b": scalars.w1b,
        "W2": partial(networks.gradient_work, (20, 5, 3), 4, loop=True),
        "W2f": partial(networks.gradient_work, (20, 5, 3), 4, np.float32),
        "W4": arrays.w4,
        "W5": scalars.w5,
        "W7": training.w7,
        "W8": curvature.w8,
    }


@pytest.mark.parametrize("name", ["W1", "W1b", "W2", "W2f", "W4", "W5", "W7", "W8"])
def test_everybody_computes_the_same(name):
    import interleaved
    import work

    found = small_works()[name]()
    found.contestants.pop("torch.compile", None)  # seconds for each function
    runs, missing, _ = work.gathered(found, interleaved.Pace(firsts=1))
    assert work.OURS in runs
    assert set(runs) | set(missing) == set(found.contestants)
    if found.value:
        for run in (found.value, *(make() for make in found.values.values()), *found.parts.values()):
            run()


def test_the_code_by_hand_is_the_gradient():
    """Against central differences: all others are compared with it."""
    import arrays
    import curvature
    import networks
    import scalars

    def slope(f, x, i, h=1e-6):
        step = np.zeros_like(x)
        step.flat[i] = h
        return (f(x + step) - f(x - step)) / (2 * h)

    parameters, X, Y = networks.data((6, 4, 3), 5)
    for k, nabla in enumerate(networks.by_matrices(parameters, X, Y)):
        cost = lambda p, k=k: networks.cost((*parameters[:k], p, *parameters[k + 1 :]), X, Y)
        assert nabla.flat[1] == pytest.approx(slope(cost, parameters[k], 1), rel=1e-6)

    x, v = np.random.default_rng(0).standard_normal((2, 7))
    value, gradient = arrays.by_hand(x)
    assert value == pytest.approx(arrays.total(x), rel=1e-14)
    assert gradient[2] == pytest.approx(slope(arrays.total, x, 2), rel=1e-6)

    along = lambda t: np.array([slope(curvature.rosenbrock, x + t * v, i, 1e-4) for i in range(7)])
    np.testing.assert_allclose(curvature.by_hand(x, v), (along(1e-4) - along(-1e-4)) / 2e-4, rtol=1e-4)

    at = np.array([0.9, 0.4, 0.3])
    value, gradients = scalars.recurrence_by_hand(*at)
    assert value == scalars.recurrence(*at)
    assert gradients == pytest.approx([slope(lambda a: scalars.recurrence(*a), at, i) for i in range(3)], rel=1e-6)


def test_the_calls_of_the_tape_compute_what_the_tape_does():
    import calls
    import curvature
    import networks
    from autograd_mini import grad, hvp

    at = networks.data((6, 4, 3), 5)
    for f, arguments in ((grad(networks.cost), at), (hvp(curvature.rosenbrock), (np.arange(5.0), np.ones(5)))):
        for result, expected in zip(calls.of_the_tape(f, *arguments)(), f(*arguments), strict=True):
            np.testing.assert_allclose(result, expected, rtol=1e-13)


def test_fifty_operations_are_fifty():
    import scalars
    from autograd_mini.graph import trace

    x, y, z = map(scalars.Tensor, (0.9, 0.4, 0.3))
    nodes, _ = trace([scalars.recurrence(x, y, z)])
    assert sum(node.rule is not None for node in nodes) == 50


def test_long_chains():
    import scalars

    columns = scalars.long_chains(1000)
    assert [heading for heading in columns if "1,000" in heading and "autograd_mini" in columns[heading]]
    assert float(columns["bytes/operation, 10,000"]["autograd_mini"]) < 400


def test_arrays_alive_counts_what_is_kept():
    import arrays

    arrays.N = 100_000
    assert arrays.alive(lambda x: lambda: (x + 1).sum()) == pytest.approx(2, abs=0.1)
    kept = []
    assert arrays.alive(lambda x: lambda: kept.append(x + 1)) == pytest.approx(4, abs=0.1)


def fake_work(**changes):
    import work

    x = np.arange(3.0)
    contestants = {
        "by hand, NumPy": lambda: lambda: [x],
        work.OURS: lambda: lambda: (x + 1e-15,),
        "a jit": lambda: lambda: [x],
    }
    return work.Work(**{"title": "Title", "short": "short", "contestants": contestants} | changes)


def test_who_disagrees_ends_the_benchmark():
    import interleaved
    import work

    for wrong, message in (
        (np.array([0.0, 1.0, 2.1]), "autograd_mini: result 0 is 5.0e-02 off"),
        (np.zeros(4), "shape"),
        (np.array([0.0, 1.0, np.nan]), "off"),
    ):
        found = fake_work()
        found.contestants[work.OURS] = lambda wrong=wrong: lambda: [wrong]
        with pytest.raises(AssertionError, match=re.escape(message)):
            work.gathered(found, interleaved.Pace())
    found.contestants[work.OURS] = lambda: list
    with pytest.raises(AssertionError, match="0 arrays instead of 1"):
        work.gathered(found, interleaved.Pace())


def test_who_is_not_installed_is_named_and_left_out():
    import interleaved
    import report
    import work

    def absent():
        raise ImportError("cannot import name 'x' from 'y' (/somewhere/y.py)")

    found = fake_work(base="absent")
    found.contestants["absent"] = absent
    result = work.measured(found, interleaved.Pace(rounds=3, turn=1e-4, firsts=1))
    assert result["missing"] == {"absent": "cannot import name 'x' from 'y'"}
    assert result["base"] == "by hand, NumPy"  # the first who can run
    assert "Left out: absent (cannot import name 'x' from 'y')." in report.section(result | {"name": "W", "threads": 1})


def test_all_take_turns_and_the_ratio_is_within_a_round():
    import interleaved

    turns = []
    runs = {name: lambda name=name: turns.append(name) for name in "abc"}
    times = interleaved.take_turns(runs, interleaved.Pace(rounds=5, turn=1e-6))
    assert {name: len(of_name) for name, of_name in times.items()} == dict.fromkeys("abc", 5)
    assert set(turns) == set("abc")
    # Twice as long in every round, however slow the round.
    assert interleaved.ratio([2.0, 20.0, 4.0], [1.0, 10.0, 2.0]) == interleaved.Ratio(2.0, 2.0, 2.0)
    assert interleaved.ratio([1.0, 2.0, 3.0, 4.0, 5.0], [1.0] * 5) == interleaved.Ratio(3.0, 2.0, 4.0)
    assert interleaved.ratio([3.0], [2.0]) == interleaved.Ratio(1.5, 1.5, 1.5)


def test_a_turn_is_long_enough_for_the_clock():
    import interleaved

    ticks = 0

    def tick():
        nonlocal ticks
        ticks += 1

    pace = interleaved.Pace(turn=10.0, clock=lambda: ticks)
    assert interleaved.calls_in_a_turn(tick, pace) == 8
    assert interleaved.calls_in_a_turn(lambda: [tick() for _ in range(20)], pace) == 1


def test_time_is_up_after_the_least_number_of_rounds():
    import interleaved

    times = interleaved.take_turns({"a": int}, interleaved.Pace(rounds=50, least=4, seconds=0.0, turn=1e-6))
    assert len(times["a"]) == 4


def test_the_page_and_the_picture(tmp_path):
    pytest.importorskip("matplotlib")
    import interleaved
    import report
    import work

    pace = interleaved.Pace(rounds=3, turn=1e-4, firsts=1)
    result = work.measured(
        fake_work(
            value=int,
            values={work.OURS: lambda: int},
            parts={"A part": int},
            columns=lambda: {"bytes": {work.OURS: "17"}},
            notes=["A note."],
        ),
        pace,
    )
    result = json.loads(json.dumps(result))  # it comes out of another process
    report.write([result | {"name": "W9", "threads": 2}], tmp_path)
    page = (tmp_path / "benchmarks.md").read_text()
    assert "### W9, 2 threads: Title" in page
    (row,) = re.findall(r"\| \*\*autograd_mini\*\* \| .*", page)
    assert row.count("|") == 8
    assert "÷ own value" in page
    assert row.endswith("|  | 17 |")
    assert re.search(r"\| a jit \|.* (ns|µs|ms) \|  \|", page)  # its first call
    assert "A note." in page
    assert re.search(r"^A part alone: [0-9.]+\.$", page, re.MULTILINE)
    assert "1e-10" in page
    assert np.__version__ in page
    assert (tmp_path / "benchmarks.png").read_bytes().startswith(b"\x89PNG")


WIDE = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "sse2"}


@pytest.mark.parametrize(
    ("features", "kernels", "found"),
    [
        (WIDE, {"Haswell"}, "SkylakeX"),
        (WIDE, {"SkylakeX"}, ""),
        (WIDE, {"Haswell", "Cooperlake"}, ""),
        (WIDE - {"avx512dq"}, {"Haswell"}, ""),
        (set(), {"neoversen1"}, ""),
        (WIDE, set(), ""),
    ],
)
def test_code_for_the_whole_processor_is_named_where_blas_takes_other(features, kernels, found, monkeypatch):
    import machine

    monkeypatch.setattr(machine, "features", lambda: features)
    monkeypatch.setattr(machine, "kernels", lambda: kernels)
    assert machine.wider_kernels() == found


def test_which_code_multiplied_is_said():
    import report

    assert report.threads({"threads": 1}) == "one thread"
    assert report.threads({"threads": 2, "kernels": "SkylakeX"}) == "2 threads, OpenBLAS for SkylakeX"


def test_a_busy_machine_is_confessed():
    import interleaved
    import report
    import work

    steady = interleaved.Ratio(1.0, 0.8, 1.2)
    assert not work.unsteady([steady])
    assert work.unsteady([steady, interleaved.Ratio(1.0, 0.7, 1.3)])
    result = work.measured(fake_work(), interleaved.Pace(rounds=3, turn=1e-4, firsts=1)) | {"name": "W", "threads": 2}
    for busy in (True, False):
        assert (report.BUSY in report.section(result | {"unsteady": busy})) is busy
        assert (report.BUSY in report.summary([result | {"unsteady": busy}])) is busy


def command(*arguments):
    call = [sys.executable, str(ROOT / "benchmarks" / "run.py"), *arguments]
    return subprocess.run(call, check=False, capture_output=True, text=True)


def test_one_work_from_the_command_line():
    docs = ROOT / "docs" / "benchmarks.md"
    before = docs.read_bytes() if docs.exists() else None
    done = command("W1", "--quick")
    assert not done.returncode, done.stderr
    assert "### W1, one thread: e = (a + b)(b + 1)" in done.stdout
    assert "**autograd_mini**" in done.stdout
    assert (docs.read_bytes() if docs.exists() else None) == before  # one work alone is no page


def test_a_work_that_does_not_exist():
    done = command("W99")
    assert done.returncode == 2
    assert "there is no work 'W99'; there are W1, W1b" in done.stderr


def test_every_work_is_where_the_command_line_says():
    from importlib import import_module

    import run

    assert all(name in import_module(file).WORKS for name, (file, _) in run.WORKS.items())
