"""The page of what is supported is made from the tables, and what it says about errors is true."""

import importlib.util
import math
import operator
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_mini
from autograd_mini import Tensor
from autograd_mini.kinds import TABLES, Composite, Rule, all_tables

RULES = all_tables()
SCRIPT = Path(__file__).parents[1] / "docs" / "make_support.py"
PAGE = SCRIPT.with_name("support.md")


@pytest.fixture(scope="module")
def make_support():
    """The script that makes the page, as a module."""
    spec = importlib.util.spec_from_file_location("make_support", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date():
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_old_page_is_found_out(make_support, tmp_path, monkeypatch, capsys):
    old = tmp_path / "support.md"
    monkeypatch.setattr(make_support, "PAGE", old)
    assert make_support.main(["--check"]) == 1
    assert make_support.main([]) == 0
    assert make_support.main(["--check"]) == 0
    old.write_text(old.read_text().replace("np.tanh", "np.tahn"))
    assert make_support.main(["--check"]) == 1
    assert "python docs/make_support.py" in capsys.readouterr().err


def test_the_order_of_the_tables_does_not_matter(make_support, monkeypatch):
    page = make_support.page()
    monkeypatch.setattr(make_support, "TABLES", list(TABLES)[::-1])
    monkeypatch.setattr(make_support, "RULES", dict(reversed(RULES.items())))
    assert make_support.page() == page


def test_every_rule_is_on_the_page(make_support):
    page = PAGE.read_text(encoding="utf-8")
    for key in TABLES:
        if isinstance(RULES[key], (Rule, Composite)):
            for name in make_support.public_names(key):
                assert f"`{name}`" in page


def test_every_name_on_the_page_exists():
    for name in re.findall(r"^\| `(np\.[\w.]+)` \|", PAGE.read_text(encoding="utf-8"), flags=re.M):
        assert operator.attrgetter(name.removeprefix("np."))(np) is not None


def test_what_the_page_says_raises_does(make_support):
    for call, error, words, _ in make_support.RAISES:
        names = {
            "np": np,
            "math": math,
            "operator": operator,
            "t": Tensor([1.0, 2.0, 3.0]),
            "u": Tensor([1.0, 2.0, 3.0]),
        }
        names |= {"a": np.array([0.5, 1.5, 2.5]), "m": np.ones((3, 3))}
        with pytest.raises(TypeError, match=re.escape(words)) as caught:
            eval(call, names)
        assert isinstance(caught.value, getattr(autograd_mini, error, TypeError)), call
