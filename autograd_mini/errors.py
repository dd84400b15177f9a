"""Every exception a user can meet, each also the built-in that a NumPy user would catch."""


class DetachedError(TypeError):
    """A call that would drop the gradient in silence: ``np.asarray(t)``, ``float(t)``, ``math.exp(t)``, ``out=array``."""


class UnsupportedError(TypeError):
    """A function, or a keyword of one, that has no derivative rule."""


class ShapeError(ValueError):
    """Shapes that do not fit together; the message names them all."""


class StaleGraphError(RuntimeError):
    """A graph was read after one of its leaves had been given new data."""


class GradientMismatch(AssertionError):
    """A gradient disagrees with an independent computation of it; the message is the report."""


class TracingError(TypeError):
    """What `jit` cannot compile: a branch on a value, a number or plain array taken out of a Tensor while tracing."""


class DrawingError(RuntimeError):
    """A picture cannot be made: nothing that lays it out is installed, the graph is too large, the file is no picture."""
