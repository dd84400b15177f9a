"""The benchmarks that take a minute together, as Markdown: `make bench`. Training on MNIST is `benchmarks/mnist.py`."""

import gradients
import scalars
import startup
from interleaved import machine

if __name__ == "__main__":
    machine()
    gradients.main()
    scalars.main()
    startup.main()
