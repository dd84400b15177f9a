"""The essay's expression e = (a + b)(b + 1): its value, its gradients, and the paths they are summed over."""

from autograd_mini import Tensor, gradients, jvp


def expression(a, b):
    """Return c = a + b, d = b + 1 and e = c·d."""
    c = a + b
    d = b + 1
    return c, d, c * d


# Tensors are variables. Arithmetic on them writes down a graph: this value came from that function of those values.
a = Tensor(2.0, name="a")
b = Tensor(1.0, name="b")
c, d, e = expression(a, b)
print(f"a = {a:g}, b = {b:g}")
print(f"c = a + b = {c:g}")
print(f"d = b + 1 = {d:g}")
print(f"e = c · d = {e:g}")

# Reverse mode: one sweep back from e carries ∂e/∂(node) to every node.
e_c, e_d, e_a, e_b = gradients(e, c, d, a, b)
print("\nReverse mode, one sweep from e back to everything:")
print(f"  ∂e/∂c = d = {e_c:g}")
print(f"  ∂e/∂d = c = {e_d:g}")
print(f"  ∂e/∂a = ∂e/∂c · ∂c/∂a = {e_c:g} · 1 = {e_a:g}")
print("      a reaches e on one path, through c")
print(f"  ∂e/∂b = ∂e/∂c · ∂c/∂b + ∂e/∂d · ∂d/∂b = {e_c:g} · 1 + {e_d:g} · 1 = {e_b:g}")
print("      b reaches e on two, through c and through d; what the paths carry adds up")

# The short way to the same: backward() leaves each variable its gradient.
e.backward()

# Forward mode: one sweep from one input carries ∂(node)/∂(that input) to every node.
_, along_a = jvp(expression, (2.0, 1.0), (1.0, 0.0))
_, along_b = jvp(expression, (2.0, 1.0), (0.0, 1.0))
print("\nForward mode, one sweep for each input:")
print("  from a: ∂c/∂a = {:g}, ∂d/∂a = {:g}, ∂e/∂a = {:g}".format(*along_a))
print("  from b: ∂c/∂b = {:g}, ∂d/∂b = {:g}, ∂e/∂b = {:g}".format(*along_b))

assert (c, d, e) == (3, 2, 6)
assert (a.grad, b.grad) == (e_a, e_b) == (2, 5)
assert (along_a[2], along_b[2]) == (2, 5)
