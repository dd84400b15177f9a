"""A layer is an object that remembers its input and its output; the mistakes are in its `backward`."""

import numpy as np

from .collection import wrong


class Layer:
    """z = W a + b and the sigmoid; `backward` gets ∂C/∂a of the output, returns that of the input."""

    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, a):
        self.a, self.z = a, self.W @ a + self.b
        self.out = 1 / (1 + np.exp(-self.z))
        return self.out

    def backward(self, grad):
        delta = grad * self.out * (1 - self.out)
        self.dW = delta @ self.a.T / self.a.shape[1]
        self.db = delta.mean(axis=1, keepdims=True)
        return self.W.T @ delta


def gradients(kind, net, X, Y):
    layers = [kind(W, b) for W, b in zip(net.weights, net.biases, strict=True)]
    out = X
    for layer in layers:
        out = layer.forward(out)
    grad = out - Y
    for layer in reversed(layers):
        grad = layer.backward(grad)
    return [layer.db for layer in layers], [layer.dW for layer in layers]


def with_layers(kind):
    """Turn a wrong Layer into the backprop that uses it."""

    def backprop(net, X, Y):
        return gradients(kind, net, X, Y)

    backprop.__name__, backprop.__module__ = kind.__name__, kind.__module__
    return backprop


@wrong("bias averaged twice", batch=True)
@with_layers
class BiasMeanOverM(Layer):
    def backward(self, grad):
        back = super().backward(grad)
        self.db = self.db / self.a.shape[1]
        return back


@wrong("bias summed, not averaged", batch=True)
@with_layers
class BiasSum(Layer):
    def backward(self, grad):
        delta = grad * self.out * (1 - self.out)
        self.dW = delta @ self.a.T / self.a.shape[1]
        self.db = delta.sum(axis=1)[:, np.newaxis]
        return self.W.T @ delta


@wrong("∂C/∂W summed, not averaged", batch=True)
@with_layers
class WeightsSum(Layer):
    def backward(self, grad):
        delta = grad * self.out * (1 - self.out)
        self.dW = delta @ self.a.T
        self.db = delta.mean(axis=1, keepdims=True)
        return self.W.T @ delta


@wrong("bias of shape (n, m)", batch=True)
@with_layers
class BiasPerExample(Layer):
    def backward(self, grad):
        delta = grad * self.out * (1 - self.out) / self.a.shape[1]
        self.dW, self.db = delta @ self.a.T, delta
        return self.W.T @ delta


@wrong("bias of shape (n,)")
@with_layers
class FlatBias(Layer):
    def backward(self, grad):
        back = super().backward(grad)
        self.db = self.db.ravel()
        return back


@wrong("aˡ, not aˡ⁻¹")
@with_layers
class OutForIn(Layer):
    def backward(self, grad):
        delta = grad * self.out * (1 - self.out)
        self.dW = delta @ self.out.T / self.a.shape[1]
        self.db = delta.mean(axis=1, keepdims=True)
        return self.W.T @ delta


@wrong("δaᵀ transposed")
@with_layers
class Turned(Layer):
    def backward(self, grad):
        back = super().backward(grad)
        self.dW = self.dW.T.copy()
        return back


@wrong("sign of ∂C/∂W")
@with_layers
class MinusWeights(Layer):
    def backward(self, grad):
        back = super().backward(grad)
        self.dW *= -1
        return back


@wrong("sign")
@with_layers
class BothSigns(Layer):
    def backward(self, grad):
        back = super().backward(grad)
        self.dW, self.db = -self.dW, -self.db
        return back


@wrong("σ′ not passed on", "hidden")
@with_layers
class GradPassedOn(Layer):
    def backward(self, grad):
        super().backward(grad)
        return self.W.T @ grad


@wrong("not reset", binds=True)
def with_grads_that_add_up(network):
    """The layers are made once, and `backward` adds, as PyTorch does; nobody calls zero_grad."""

    class Adding(Layer):
        dW = db = 0  # noqa: N815

        def backward(self, grad):
            delta = grad * self.out * (1 - self.out)
            self.dW = self.dW + delta @ self.a.T / self.a.shape[1]
            self.db = self.db + delta.mean(axis=1, keepdims=True)
            return self.W.T @ delta

    layers = [Adding(W, b) for W, b in zip(network.weights, network.biases, strict=True)]

    def backprop(X, Y):
        out = X
        for layer in layers:
            out = layer.forward(out)
        grad = out - Y
        for layer in layers[::-1]:
            grad = layer.backward(grad)
        return [layer.db for layer in layers], [layer.dW for layer in layers]

    return backprop
