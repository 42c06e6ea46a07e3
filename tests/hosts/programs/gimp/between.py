"""What happens between two scenarios in GIMP: the panel, if there is one, is closed."""

from inside.gimp_panel import panel


def between():
    panel.close()
