"""The benchmarks run, and what they compare agrees. No time is ever asserted: it says more about the machine."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    for name in ("gradients", "interleaved", "scalars"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_all_ways_to_the_gradient_agree():
    import gradients

    assert len(gradients.contestants(m=3)) >= 6


def test_scalar_graphs_agree_and_are_freed(capsys):
    import scalars

    assert scalars.expression(scalars.Tensor)() == (2.0, 5.0)
    assert scalars.chain(scalars.Tensor, 400)() == pytest.approx(scalars.by_hand(400)(), rel=1e-12)
    scalars.million(n=20_000)
    assert "20,000 operations" in capsys.readouterr().out


def test_medians_let_all_take_turns():
    import interleaved

    turns = []
    contestants = {name: lambda name=name: turns.append(name) for name in "ab"}
    times = interleaved.medians(contestants, seconds=0.01)
    assert set(times) == set(turns) == {"a", "b"}
    assert all(time > 0 for time in times.values())
