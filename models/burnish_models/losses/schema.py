"""Losses and penalties as a recipe writes them: one typed entry each, with a description of every field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from burnish_models.losses import adversarial, cycle, penalties, perceptual, pixel, total_variation, zero_dce
from burnish_models.losses.step import Loss
from burnish_models.networks.trunk import Trunk
from burnish_models.networks.vgg16 import stlpips_trunk, vgg_trunk_from


class _Weighted(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    weight: float = Field(
        default=1.0, gt=0, allow_inf_nan=False, description="What the value is multiplied with in the sum."
    )

    @property
    def needs(self) -> frozenset[str]:
        """Fields of the step that must not be None."""
        return frozenset()


class _AgainstTarget(_Weighted):
    @property
    def needs(self) -> frozenset[str]:
        return frozenset({"target"})


class L1Config(_AgainstTarget):
    """Mean absolute difference of result and target."""

    type: Literal["l1"] = Field(default="l1", description="Mean absolute difference of result and target.")

    def build(self) -> Loss:
        return pixel.L1()


class MseConfig(_AgainstTarget):
    """Mean squared difference of result and target."""

    type: Literal["mse"] = Field(default="mse", description="Mean squared difference of result and target.")

    def build(self) -> Loss:
        return pixel.Mse()


class CharbonnierConfig(_AgainstTarget):
    """L1 with a round bottom."""

    type: Literal["charbonnier"] = Field(
        default="charbonnier", description="L1 with a round bottom: sqrt(d² + epsilon²)."
    )
    epsilon: float = Field(
        default=1e-3, gt=0, allow_inf_nan=False, description="How wide the round bottom is, in units of 1."
    )

    def build(self) -> Loss:
        return pixel.Charbonnier(self.epsilon)


class PerceptualConfig(_AgainstTarget):
    """Distance in the features of a trained VGG."""

    type: Literal["perceptual"] = Field(default="perceptual", description="Distance in the features of a trained VGG.")
    weights: Path | None = Field(
        default=None,
        description="File of a VGG16 or VGG19 of yours (.safetensors, .pth); without one ST-LPIPS's VGG16 is fetched.",
    )
    layers: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(
        default={"conv1_2": 0.1, "conv2_2": 0.1, "conv3_3": 1.0, "conv4_3": 1.0, "conv5_3": 1.0},
        min_length=1,
        description="Weight of each convolution whose features count, conv1_1 to conv5_3 (VGG19: conv5_4).",
    )
    distance: perceptual.Distance = Field(default="l1", description="How features are compared: l1 or mse.")
    after_relu: bool = Field(default=False, description="Compare what is left after the convolution's ReLU.")

    def build(self) -> Loss:
        """Raises BurnishError where the weights cannot be had, ValueError where they or a layer's name are wrong."""
        trunk = stlpips_trunk() if self.weights is None else vgg_trunk_from(self.weights)
        return perceptual.Perceptual(TrunkUpTo(trunk, self.layers), self.layers, self.distance, self.after_relu)


class TrunkUpTo(nn.Module):
    """A trunk that is not computed beyond the deepest layer that counts."""

    def __init__(self, trunk: Trunk, layers: dict[str, float]) -> None:
        """Raises ValueError where the trunk has no layer of one of these names."""
        super().__init__()
        unknown = [name for name in layers if name not in trunk.names]
        if unknown:
            raise ValueError(f"The backbone has no layer {unknown[0]}; it has: {', '.join(trunk.names)}.")
        self.trunk = trunk
        self.last = max(layers, key=trunk.names.index)

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        return self.trunk(pictures, self.last)


class AdversarialConfig(_Weighted):
    """How little the discriminator is fooled."""

    type: Literal["adversarial"] = Field(default="adversarial", description="How little the discriminator is fooled.")
    kind: adversarial.Kind = Field(
        default="vanilla",
        description="The game that both play: vanilla, lsgan, hinge, wasserstein or relativistic (average).",
    )

    @property
    def needs(self) -> frozenset[str]:
        both = self.kind == "relativistic"
        return frozenset({"real_logits", "fake_logits"} if both else {"fake_logits"})

    def build(self) -> Loss:
        return adversarial.Adversarial(self.kind)


class TotalVariationConfig(_Weighted):
    """How rough the result is."""

    type: Literal["total-variation"] = Field(default="total-variation", description="How rough the result is.")
    form: total_variation.Form = Field(
        default="anisotropic", description="anisotropic: mean |dx| + mean |dy|; squared: mean dx² + mean dy²."
    )

    def build(self) -> Loss:
        return total_variation.TotalVariation(self.form)


class CycleConfig(_Weighted):
    """CycleGAN's cycle consistency."""

    type: Literal["cycle"] = Field(default="cycle", description="L1 between the input and the result brought back.")

    @property
    def needs(self) -> frozenset[str]:
        return frozenset({"reconstructed"})

    def build(self) -> Loss:
        return cycle.Cycle()


class IdentityConfig(_Weighted):
    """CycleGAN's identity loss."""

    type: Literal["identity"] = Field(
        default="identity", description="L1 between a target and what is made of the target."
    )

    @property
    def needs(self) -> frozenset[str]:
        return frozenset({"identity", "target"})

    def build(self) -> Loss:
        return cycle.Identity()


_FORM = "paper: the published equation; code: what the authors' training code computes."


class SpatialConsistencyConfig(_Weighted):
    """Zero-DCE: contrast between regions stays."""

    type: Literal["spatial-consistency"] = Field(
        default="spatial-consistency", description="Zero-DCE: the contrast between neighbouring regions stays."
    )
    form: zero_dce.Form = Field(default="paper", description=_FORM)
    region: int = Field(default=4, ge=1, description="Side of a region in pixels.")

    def build(self) -> Loss:
        return zero_dce.SpatialConsistency(self.form, self.region)


class ExposureConfig(_Weighted):
    """Zero-DCE: every region is well exposed."""

    type: Literal["exposure"] = Field(
        default="exposure", description="Zero-DCE: regions come near a well-exposed level."
    )
    form: zero_dce.Form = Field(default="paper", description=_FORM)
    level: float = Field(default=0.6, ge=0, le=1, description="The brightness that counts as well exposed, 0 to 1.")
    region: int = Field(default=16, ge=1, description="Side of a region in pixels.")

    def build(self) -> Loss:
        return zero_dce.Exposure(self.form, self.level, self.region)


class ColourConstancyConfig(_Weighted):
    """Zero-DCE: the picture is grey on average."""

    type: Literal["colour-constancy"] = Field(
        default="colour-constancy", description="Zero-DCE: red, green and blue have the same mean."
    )
    form: zero_dce.Form = Field(default="paper", description=_FORM)

    def build(self) -> Loss:
        return zero_dce.ColourConstancy(self.form)


class IlluminationSmoothnessConfig(_Weighted):
    """Zero-DCE: the curves change slowly across the picture."""

    type: Literal["illumination-smoothness"] = Field(
        default="illumination-smoothness", description="Zero-DCE: the curves change slowly across the picture."
    )
    form: zero_dce.Form = Field(default="paper", description=_FORM)

    @property
    def needs(self) -> frozenset[str]:
        return frozenset({"curves"})

    def build(self) -> Loss:
        return zero_dce.IlluminationSmoothness(self.form)


LossConfig = Annotated[
    L1Config
    | MseConfig
    | CharbonnierConfig
    | PerceptualConfig
    | AdversarialConfig
    | TotalVariationConfig
    | CycleConfig
    | IdentityConfig
    | SpatialConsistencyConfig
    | ExposureConfig
    | ColourConstancyConfig
    | IlluminationSmoothnessConfig,
    Field(discriminator="type"),
]
"""One loss of the generator's."""


class GradientPenaltyConfig(BaseModel):
    """WGAN-GP's gradient penalty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["gradient-penalty"] = Field(
        default="gradient-penalty",
        description="WGAN-GP: between real and made pictures the critic's gradient has length 1.",
    )
    weight: float = Field(default=10.0, gt=0, allow_inf_nan=False, description="The paper's lambda.")

    def build(self) -> penalties.GradientPenalty:
        return penalties.GradientPenalty()


class R1Config(BaseModel):
    """The R1 regulariser."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["r1"] = Field(default="r1", description="R1: at real pictures the discriminator is flat.")
    weight: float = Field(
        default=10.0, gt=0, allow_inf_nan=False, description="The paper's gamma; its half is in the loss."
    )

    def build(self) -> penalties.R1:
        return penalties.R1()


PenaltyConfig = Annotated[GradientPenaltyConfig | R1Config, Field(discriminator="type")]
"""A penalty on the discriminator, to be added to its loss."""
