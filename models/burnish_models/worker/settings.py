"""What can be set about the worker, in one typed schema; each field is read from the environment as BURNISH_<NAME>."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from burnish.wire.sentences import BurnishError


class WorkerSettings(BaseModel):
    """The worker's settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    idle_exit_seconds: float = Field(
        600.0, gt=0, description="The worker ends after this many seconds without a client and without a job."
    )
    stalled_client_seconds: float = Field(
        30.0, gt=0, description="A client that takes no message for so long is taken for gone; its job is cancelled."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much goes into the log file."
    )
    log_megabytes: float = Field(
        2.0, gt=0, description="The log file is rotated at this size; three older ones are kept."
    )
    models_in_memory: int = Field(2, ge=1, description="How many models stay ready to run, the latest used ones.")
    best_model_seconds: float = Field(
        60.0, gt=0, description="The model “auto” is the best one where a picture is estimated to take less than this."
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> WorkerSettings:
        """Settings with the environment's BURNISH_<NAME> in place of the defaults. Raises BurnishError."""
        given = {
            name: environment[f"BURNISH_{name.upper()}"]
            for name in cls.model_fields
            if f"BURNISH_{name.upper()}" in environment
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            raise BurnishError(
                "bad-request", field=f"BURNISH_{str(first['loc'][0]).upper()}", value=str(first["input"]),
                rule=first["msg"],
            ) from error  # fmt: skip
