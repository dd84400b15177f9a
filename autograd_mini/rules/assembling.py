"""Cutting, joining, padding and filling arrays."""
