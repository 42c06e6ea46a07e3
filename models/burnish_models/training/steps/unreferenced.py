"""One step of an unreferenced recipe: there are inputs alone, and losses say what a good picture is (Zero-DCE)."""

from __future__ import annotations

from burnish_models.losses.step import Step
from burnish_models.training.steps.work import Values, Work


def unreferenced_step(work: Work) -> Values:
    """The generator's step; returns the values of all losses.

    Raises:
        ValueError: where a loss looks at curves and the generator has none to show.
    """
    sample = work.draw()
    step = Step(input=sample.input, result=sample.input)
    if "curves" in work.losses.needs:
        network = work.state.networks["generator"]
        with_curves = getattr(network, "with_curves", None)
        if with_curves is None:
            raise ValueError(f"{type(network).__name__} has no curves for the recipe's losses to look at.")
        with work.half():
            result, curves = with_curves(sample.input)
        step.result, step.curves = result.float(), curves.float()
    else:
        step.result = work.run("generator", sample.input)
    total, parts = work.losses(step)
    return {"total": total.detach(), **parts, "gradient": work.update("generators", total)}
