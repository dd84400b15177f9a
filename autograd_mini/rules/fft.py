"""Fourier transforms: linear, and each its own transpose up to scale and truncation."""
