"""Makes Burnish's environment on a bare machine and hands over to it (standard library only)."""
