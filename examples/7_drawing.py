"""Draw e = (a + b)(b + 1), and a network on handwritten digits: `python examples/7_drawing.py [folder]` saves pictures."""

import json
import sys
from pathlib import Path

import numpy as np

from autograd_mini import DrawingError, Tensor, draw
from nn import Network, backprop_matrix, cost_graph, load_digits

a = Tensor(2.0, name="a")
b = Tensor(1.0, name="b")
e = (a + b) * (b + 1)

# In a notebook a Drawing shows itself. Printed, it is the lesson; and what it shows can be read as JSON.
drawing = draw(e, mode="reverse")
print(drawing)
record = json.loads(drawing.json)

(X, Y), _ = load_digits()
X, Y = X[:, :10], Y[:, :10]
network = Network([64, 30, 10], rng=0)
C, layers = cost_graph(network, X, Y)
large = draw(C, mode="reverse", names={"x": X, "y": Y}, layers=layers)
print(f"\n{large!r}, in frames:")
print("\n".join(f"  {label}" for label in layers))

for folder in sys.argv[1:]:
    try:
        saved = [drawing.save(Path(folder) / "essay.svg"), large.save(Path(folder) / "network.svg")]
    except DrawingError as error:  # nothing is installed that lays out pictures, or there is no such folder
        print(error)
    else:
        print("Saved", *saved)

# Every gradient is the sum of what the arrows out of its box carry back: ∂e/∂b = 2 + 3 = 5.
for box in record["boxes"][:-1]:
    carried = [arrow["contribution"] for arrow in record["arrows"] if arrow["source"] == box["key"]]
    print(f"∂e/∂{box['name']} = {box['gradient']:g}, the sum of {carried}")
    assert sum(carried) == box["gradient"]

# The gradients in the network's boxes are those of backprop derived by hand.
boxes = {box["name"]: box for box in json.loads(large.json)["boxes"]}
nabla_b, nabla_w = backprop_matrix(network, X, Y)
assert np.allclose(boxes["b¹"]["gradient"], nabla_b[0], rtol=1e-12, atol=0)
assert np.allclose(boxes["W²"]["gradient"], nabla_w[1], rtol=1e-12, atol=1e-18)
