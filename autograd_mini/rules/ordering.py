"""Choosing and ordering entries by their values."""
