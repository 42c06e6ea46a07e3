"""The memory that a network's facts state, against what a process really takes for one run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from burnish_models.networks.building import configured
from burnish_models.networks.registry import network_named

SIZE = 256
# Otherwise glibc keeps up to half as much again for later, more or less of it from run to run.
HOARD_NOTHING = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "0"}
MEASURE = """
import sys
import json
import torch
from burnish_models.networks.building import configured
from burnish_models.networks.registry import network_named

def resident(field):
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith(field))

torch.set_num_threads(1)
name, hyper, size = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
known = network_named(name)
network = known.ready(known.build(configured(name, known.config, hyper)).eval())
network = network.eval().to(memory_format=torch.channels_last)
with torch.inference_mode():
    network(torch.rand(1, 3, 24, 24).contiguous(memory_format=torch.channels_last))
    picture = torch.rand(1, 3, size, size).contiguous(memory_format=torch.channels_last)
    with open("/proc/self/clear_refs", "w") as peak:
        peak.write("5")
    before = resident("VmRSS")
    network(picture)
print((resident("VmHWM") - before) / size**2)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells a process its peak memory")
@pytest.mark.parametrize(
    ("name", "hyper"),
    [
        ("srvgg-compact", {}),
        ("srvgg-compact", {"features": 24, "convolutions": 8, "scale": 2}),
        ("upconv7", {}),
        ("rrdbnet", {"blocks": 1, "unshuffle": 2}),
        ("rrdbnet", {"blocks": 1, "upsamplings": 0}),
        ("srresnet", {"features": 32, "blocks": 2, "scale": 2}),
        ("msrresnet", {"features": 32, "blocks": 2, "scale": 2}),
        ("span", {"features": 28, "blocks": 2, "scale": 2}),
        ("cyclegan-resnet", {"features": 32, "blocks": 1}),
        ("cyclegan-unet", {"features": 32, "levels": 5}),
        ("mobile-resnet", {"features": 32, "blocks": 2, "normalisation": "none"}),
        ("denoising-unet", {"features": [16, 32, 64]}),
        ("zero-dce", {"features": 16}),
        ("zero-dce-pp", {}),
        ("progressive", {"features": [32, 16], "blocks": 1}),
    ],
    ids=str,
)
def test_stated_memory_is_what_a_run_takes(name: str, hyper: dict[str, Any]) -> None:
    network = network_named(name)
    facts = network.facts(configured(name, network.config, hyper))
    size = SIZE // facts.multiple * facts.multiple
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path), OMP_NUM_THREADS="1", **HOARD_NOTHING)
    program = [sys.executable, "-c", MEASURE, name, json.dumps(hyper), str(size)]
    output = subprocess.run(program, env=environment, check=True, capture_output=True, text=True).stdout
    # blocking and scratch memory differ between processors; a figure that is off by more misleads the tile planner
    assert 0.4 * facts.activation_bytes < float(output) < 1.25 * facts.activation_bytes
