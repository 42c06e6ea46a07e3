"""What this machine computes with: its processor, its graphics card, and the versions that decide how fast they are."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor_name() -> str:
    """The processor's name, as its maker writes it where the system tells."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(("model name", "Model")):
                return line.partition(":")[2].strip()
    if sys.platform == "darwin":
        command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return platform.processor() or platform.machine()


def device_name(device: str) -> str:
    """What a device is called: "cpu", "cuda", "mps" or "xpu". Loads torch, except for "cpu"."""
    if device == "cpu":
        return processor_name()
    if device == "mps":
        return "Apple " + processor_name().removeprefix("Apple ")
    import torch

    return torch.cuda.get_device_name() if device == "cuda" else torch.xpu.get_device_name()


def version_of(package: str) -> str:
    """The installed version of a package, or "" where there is none. Imports nothing of it."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def fingerprint(device: str) -> str:
    """A short name that changes with whatever makes measured speeds worthless."""
    parts = (
        platform.machine(),
        processor_name(),
        str(usable_cores()),
        version_of("torch"),
        version_of("openvino"),
        device_name(device),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
