"""The result of a training: a generator's weights in a file that every front of Burnish opens."""

from __future__ import annotations

import json
from pathlib import Path

import safetensors.torch
from torch import nn

import burnish
from burnish_models.folders import replacing
from burnish_models.networks.registry import recognise
from burnish_models.training.schema import Recipe


def export_generator(network: nn.Module, path: Path, recipe: Recipe, step: int) -> Path:
    """Write the weights as safetensors; its metadata, JSON under “burnish”, says from which recipe, seed and step
    they come.

    Batch normalisation's counters are left out, which nothing reads that runs a network.

    Raises:
        OSError: where it cannot be written; what was at `path` is still there then.
        ValueError: where no network of the registry recognises the weights, which is a defect of that network.
    """
    weights = {key: value.detach().cpu().contiguous().clone() for key, value in network.state_dict().items()}
    weights = {key: value for key, value in weights.items() if value.is_floating_point()}
    if recognise(weights) is None:
        raise ValueError(f"The registry does not recognise the weights of {recipe.generator.name}.")
    told = {
        "made_by": f"burnish {burnish.__version__}",
        "network": recipe.generator.name,
        "hyper_parameters": recipe.generator.hyper,
        "recipe": recipe.model_dump(mode="json"),
        "seed": recipe.seed,
        "step": step,
    }
    # One entry: the library writes several in any order, and the same training should make the same file.
    metadata = {"burnish": json.dumps(told)}
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as beside:
        safetensors.torch.save_file(weights, beside, metadata=metadata)
    return path
