"""Linear algebra that factors a matrix, or solves with one: what is stated is the tangent."""
