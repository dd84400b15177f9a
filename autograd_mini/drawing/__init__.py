"""Pictures of a graph: what the chain rule does, drawn.

In reading order: `picture` (boxes and arrows, with their names and numbers), `dot` (a picture as a source for Graphviz),
`rendering` and `svg` (what Graphviz makes of it), `drawing` (the door to all of it).
"""

from .drawing import Drawing, draw

__all__ = ["Drawing", "draw"]
