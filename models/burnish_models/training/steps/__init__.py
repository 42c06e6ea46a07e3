"""What one optimisation step is, for each kind of recipe."""
