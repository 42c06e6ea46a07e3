"""The page that Krita shows for our plugin under Settings > Configure Krita > Python Plugin Manager."""

from __future__ import annotations

import html

from burnish.language import _


def manual_body() -> str:
    """The page's body as XHTML, in the user's language."""
    return "\n".join(
        (
            _heading(1, _("Burnish in Krita")),
            _paragraph(
                _(
                    "Burnish enlarges, denoises and repairs the layer you are painting on, tile by tile, on this "
                    "machine. Nothing leaves it."
                )
            ),
            _heading(2, _("The first time")),
            _steps(
                _("Open a picture and choose a paint layer."),
                _("Open the panel: Settings > Dockers > Burnish, or Tools > Scripts > Burnish: Show the Panel."),
                _("Press Enhance. The button says how long it will take once something has been measured here."),
            ),
            _paragraph(
                _(
                    "The result appears on a new layer above yours while it is made; your own layer is not changed. "
                    "Undo takes the new layer away."
                )
            ),
            _heading(2, _("In the panel")),
            _points(
                _("Task and model: what is to be done, and with which network. The first choice suits this machine."),
                _("Size: the layer's own size but finer, or larger. Then choose where the result goes."),
                _("Region: the layer or the selection. A selection's soft edge stays soft."),
                _("Strength, after the run: how much of the result is kept. It acts at once."),
                _("Cancel: stops within one tile, and keeps or discards the finished ones."),
            ),
            _heading(2, _("Shortcuts")),
            _paragraph(
                _(
                    "Under Settings > Configure Krita > Keyboard Shortcuts, search for Burnish: enhancing with the "
                    "last settings, showing the panel and cancelling can have keys of their own."
                )
            ),
            _heading(2, _("If something is wrong")),
            _points(
                _("The panel says in one sentence what happened; its button does what helps."),
                _("CMYK and L*a*b* pictures: convert a copy with Image > Convert Image Color Space to RGB first."),
                _("In a terminal, “burnish doctor” checks everything and “burnish status” tells what is installed."),
            ),
        )
    )


def _heading(level: int, text: str) -> str:
    return f"<h{level}>{html.escape(text)}</h{level}>"


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _steps(*texts: str) -> str:
    return "<ol>" + "".join(f"<li>{html.escape(text)}</li>" for text in texts) + "</ol>"


def _points(*texts: str) -> str:
    return "<ul>" + "".join(f"<li>{html.escape(text)}</li>" for text in texts) + "</ul>"
