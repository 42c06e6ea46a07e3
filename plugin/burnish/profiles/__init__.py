"""Burnish in Krita's and GIMP's profiles: finding them, placing our shims there, and taking them away without a trace.

Standard library only, so that `python3 installer uninstall` can undo everything where no environment is left.
"""
