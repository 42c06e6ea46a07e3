"""What a recipe says: every field typed, checked and described, the one source of help, errors and documentation."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from torch import nn

from burnish_models.data.schema import DataConfig
from burnish_models.losses.presets import Losses
from burnish_models.losses.schema import AdversarialConfig, LossConfig, PenaltyConfig
from burnish_models.networks.building import build_generator
from burnish_models.networks.discriminators.building import build_discriminator
from burnish_models.training.schedules import Optimiser

JudgeName = Literal["psnr", "psnr-y", "ssim", "ssim-y", "st-lpips", "st-lpips-vgg", "niqe", "brisque"]
Kind = Literal["paired", "unpaired", "unreferenced"]


class GeneratorChoice(BaseModel):
    """A generator of the registry by its name; every other key is one of its hyper-parameters."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str = Field(description="Which network, as “burnish models” and docs/adding-a-network.md name it.")

    @property
    def hyper(self) -> dict[str, Any]:
        """The hyper-parameters that are given."""
        return dict(self.model_extra or {})

    def build(self) -> nn.Module:
        """An untrained module. Raises ValueError, in one sentence."""
        return build_generator(self.name, **self.hyper)

    @model_validator(mode="after")
    def _exists(self) -> GeneratorChoice:
        self.build()
        return self


class DiscriminatorChoice(BaseModel):
    """A discriminator of the registry by its name; every other key is one of its hyper-parameters."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str = Field(description="Which discriminator: srgan, patchgan, unet-sn or progressive.")

    @property
    def hyper(self) -> dict[str, Any]:
        """The hyper-parameters that are given."""
        return dict(self.model_extra or {})

    def build(self) -> nn.Module:
        """An untrained module. Raises ValueError, in one sentence."""
        return build_discriminator(self.name, **self.hyper)

    @model_validator(mode="after")
    def _exists(self) -> DiscriminatorChoice:
        self.build()
        return self


class Adversary(BaseModel):
    """How the discriminator is trained. Which game both play says the generator's loss of type “adversarial”."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    optimiser: Optimiser | None = Field(default=None, description="Its Adam; like the generator's if left out.")
    steps: int = Field(default=1, ge=1, description="Its steps to one of the generator, each with a batch.")
    penalty: PenaltyConfig | None = Field(default=None, description="What is added to keep the discriminator smooth.")
    penalty_every: int = Field(
        default=1,
        ge=1,
        description="Add the penalty every n-th step only, n times as strong (StyleGAN2's lazy form).",
    )
    image_pool: int = Field(
        default=0,
        ge=0,
        description="Made pictures kept to be shown to it again (CycleGAN: 50); unpaired recipes only.",
    )


class Stage(BaseModel):
    """A part of the training with settings of its own. It begins with fresh optimisers and schedules."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Its name in logs and file names.")
    steps: int = Field(ge=1, description="How many of the generator's steps it takes.")
    losses: Losses | None = Field(default=None, description="Other losses than the recipe's.")
    data: dict[str, Any] = Field(default={}, description="Fields of “data” that differ here: {crop: 128}, say.")
    batch: int | None = Field(default=None, ge=1, description="Another batch size than the recipe's.")
    optimiser: Optimiser | None = Field(default=None, description="Another Adam for the generator than the recipe's.")
    growth: int | None = Field(
        default=None, ge=0, description="The stage of growing networks, 0 for the smallest pictures."
    )
    fade: int = Field(default=0, ge=0, description="Steps over which a growing network's new stage is faded in.")

    @model_validator(mode="after")
    def _fades_what_grows(self) -> Stage:
        if self.fade and self.growth is None:
            raise ValueError("fade is for growing networks: say with growth which of their stages this is")
        return self


class Validation(BaseModel):
    """What is looked at while training goes on. Its pictures are never trained on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: DataConfig = Field(description="The data set; samples 0 to samples - 1 of it are used, always the same.")
    samples: int = Field(default=8, ge=1, description="How many samples.")
    every: int = Field(default=1000, ge=1, description="After how many steps it is judged again.")
    judges: tuple[JudgeName, ...] = Field(
        default=("psnr",), description="Who judges: see docs/metrics.md. ST-LPIPS fetches 64 MB the first time."
    )


class Recipe(BaseModel):
    """A whole training: who is trained, on what, for what, and how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str = Field(default="", description="What it makes, in a sentence.")
    kind: Kind = Field(
        description="paired: there is a target for every input; unpaired: two kinds of pictures (CycleGAN); "
        "unreferenced: inputs alone (Zero-DCE)."
    )
    seed: int = Field(default=0, ge=0, lt=2**32, description="Where every random number comes from.")
    generator: GeneratorChoice = Field(description="The network that is trained, with its hyper-parameters.")
    start_from: str | None = Field(
        default=None, description="Weights to begin with: a .safetensors or .pth file, or a model of the catalogue."
    )
    teacher: str | None = Field(
        default=None,
        description="Weights whose results are targets (distillation): a file, or a catalogue's model.",
    )
    teacher_share: float = Field(default=1.0, gt=0, le=1, description="Share of the teacher's result in the target.")
    discriminator: DiscriminatorChoice | None = Field(
        default=None, description="The other player, with its hyper-parameters; needed by adversarial losses."
    )
    adversary: Adversary = Field(default=Adversary(), description="How the discriminator is trained.")
    losses: Losses = Field(description="The generator's losses: a preset's name or a list.")
    data: DataConfig = Field(description="The pictures to train on.")
    validation: Validation | None = Field(default=None, description="What is judged now and then while training.")
    optimiser: Optimiser = Field(default=Optimiser(), description="The generator's Adam.")
    batch: int = Field(default=16, ge=1, description="Samples in a batch, over all GPUs together.")
    steps: int | None = Field(default=None, ge=1, description="The generator's steps, where there are no stages.")
    stages: tuple[Stage, ...] = Field(default=(), description="Parts with settings of their own, in their order.")
    average: float = Field(
        default=0.999,
        ge=0,
        lt=1,
        description="Decay of the weights' moving average, which is the result; 0: none.",
    )
    clip_gradients: float | None = Field(
        default=None, gt=0, description="The largest norm of all gradients together; larger ones are scaled down to it."
    )
    precision: Literal["fp32", "bf16"] = Field(
        default="fp32",
        description="bf16: layers compute in bfloat16; penalties, losses and judges stay in fp32.",
    )
    workers: int | None = Field(
        default=None,
        ge=0,
        description="Processes that prepare batches; if left out 0 on a CPU, up to 8 beside a GPU.",
    )
    log_every: int = Field(default=50, ge=1, description="Steps between two lines of the log.")
    sample_every: int = Field(default=1000, ge=1, description="Steps between two sample sheets.")
    sample_pictures: int = Field(default=4, ge=1, le=16, description="Rows of a sample sheet.")
    checkpoint_every: int = Field(default=1000, ge=1, description="Steps between two checkpoints.")
    keep_checkpoints: int = Field(default=2, ge=1, description="How many checkpoints stay on the disk.")
    smoke: dict[str, Any] = Field(
        default={}, description="Values for “--smoke”, laid over the others: a small training that ends in minutes."
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Recipe:
        if (self.steps is None) == (not self.stages):
            raise ValueError("a recipe has either steps or stages")
        names = [stage.name for stage in self.stages]
        if len(set(names)) != len(names):
            raise ValueError("every stage has a name of its own")
        games = {loss.kind for stage in self.parts() for loss in stage.losses if isinstance(loss, AdversarialConfig)}
        if games and self.discriminator is None:
            raise ValueError("an adversarial loss needs a discriminator")
        if self.discriminator is not None and not games:
            raise ValueError("the discriminator is of no use without an adversarial loss")
        for stage in self.parts():
            if sum(isinstance(loss, AdversarialConfig) for loss in stage.losses) > 1:
                raise ValueError(f"{stage.name} has more than one adversarial loss")
            missing = {need for loss in stage.losses for need in loss.needs} - _OFFERED[self.kind]
            if missing:
                raise ValueError(f"a {self.kind} recipe has no {', '.join(sorted(missing))} for its losses to look at")
        if self.teacher is not None and self.kind != "paired":
            raise ValueError("only paired recipes have a teacher")
        return self

    @model_validator(mode="after")
    def _data_fits(self) -> Recipe:
        for stage in self.parts():
            if stage.data.type != self.kind:
                raise ValueError(f"the data of {stage.name} are {stage.data.type}, but the recipe is {self.kind}")
        if self.validation is not None and self.validation.data.type not in (self.kind, "paired"):
            raise ValueError("the validation's data are of another kind than the recipe")
        return self

    def parts(self) -> list[Part]:
        """The stages with everything that they do not say taken from the recipe; a single one where there are none."""
        if not self.stages:
            assert self.steps is not None
            losses = _spelled_out(self.losses)
            return [Part(name="training", steps=self.steps, losses=losses, data=self.data, batch=self.batch,
                         optimiser=self.optimiser)]  # fmt: skip
        return [self._part(stage) for stage in self.stages]

    def _part(self, stage: Stage) -> Part:
        data = self.data
        if stage.data:
            try:
                data = type(data).model_validate({**data.model_dump(), **stage.data})
            except ValidationError as error:
                first = error.errors()[0]
                field = ".".join(map(str, ("stages", stage.name, "data", *first["loc"])))
                raise ValueError(f"{field}: {first['msg'].removeprefix('Value error, ')}") from error
        return Part(
            name=stage.name,
            steps=stage.steps,
            losses=_spelled_out(self.losses if stage.losses is None else stage.losses),
            data=data,
            batch=stage.batch or self.batch,
            optimiser=stage.optimiser or self.optimiser,
            growth=stage.growth,
            fade=stage.fade,
        )


class Part(BaseModel):
    """One stage, spelled out: what the trainer follows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    steps: int
    losses: list[LossConfig]
    data: DataConfig
    batch: int
    optimiser: Optimiser
    growth: int | None = None
    fade: int = 0

    @property
    def game(self) -> AdversarialConfig | None:
        """The adversarial loss, or None where no discriminator takes part."""
        return next((loss for loss in self.losses if isinstance(loss, AdversarialConfig)), None)

    def alpha(self, step: int) -> float:
        """How far growing networks have faded in at step `step` (the first is 0) of this stage, 0 to 1."""
        return min(1.0, step / self.fade) if self.fade else 1.0


def _spelled_out(losses: Losses) -> list[LossConfig]:
    """Validation has made a list of a preset's name, which the type does not say."""
    assert not isinstance(losses, str)
    return losses


_LOGITS = {"real_logits", "fake_logits"}
_OFFERED: dict[Kind, set[str]] = {
    "paired": {"target", *_LOGITS},
    "unpaired": {"target", "reconstructed", "identity", *_LOGITS},
    "unreferenced": {"curves"},
}
