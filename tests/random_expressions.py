"""Random programs on numbers, as a strategy: inputs, and an output that depends on some of them."""

import numpy as np
from hypothesis import strategies as st

from autograd_mini import Tensor

UNARY = {
    "sin": np.sin,
    "tanh": np.tanh,
    "exp": lambda x: np.exp(-x * x),
    "square": lambda x: x**2,
    "cube": lambda x: x**3,
    "negative": lambda x: -x,
    "log": lambda x: np.log(x * x + 1),
    "sqrt": lambda x: np.sqrt(x**2 + 0.5),
    "abs": abs,
    "reciprocal": lambda x: 1 / (2 + np.cos(x)),
    "arctan": np.arctan,
    "twice": lambda x: 2 * x,
    "shifted": lambda x: x - 1.5,
    "taken from": lambda x: 3 - x,
}
BINARY = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / (y * y + 1),
    "hypot": lambda x, y: np.hypot(x, y + 3),
    "power": lambda x, y: (x * x + 1) ** np.sin(y),
    "maximum": np.maximum,
}


@st.composite
def expressions(draw):
    """One to three inputs, and up to eight operations, each on results or inputs met before."""
    values = draw(st.lists(st.sampled_from([-2.5, -1.25, -0.3, 0.4, 1.0, 1.7, 3.2]), min_size=1, max_size=3))
    inputs = [Tensor(value) for value in values]
    known = list(inputs)
    for _ in range(draw(st.integers(1, 8))):
        if draw(st.booleans()):
            function = UNARY[draw(st.sampled_from(sorted(UNARY)))]
            result = function(draw(st.sampled_from(known)))
        else:
            function = BINARY[draw(st.sampled_from(sorted(BINARY)))]
            result = function(draw(st.sampled_from(known)), draw(st.sampled_from(known)))
        known.append(result)
    return inputs, known[-1]
