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
