"""What this machine is, as far as choosing a torch build needs to know it: its system, processor and graphics."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_COMPUTE_CAPABILITY_MAJOR, _COMPUTE_CAPABILITY_MINOR = 75, 76
_TRACES = (
    Path("/proc/driver/nvidia/version"),
    Path("/sys/module/amdgpu/version"),
    Path("/dev/kfd"),
    Path(os.environ.get("SYSTEMROOT", "C:\\Windows")) / "System32" / "nvcuda.dll",
)


@dataclass(frozen=True)
class Nvidia:
    """NVIDIA's driver: the newest CUDA it speaks, and each card's compute capability (none where it would not say)."""

    cuda: tuple[int, int]
    capabilities: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Machine:
    """system: "linux", "win32" or "darwin"; processor: "x86_64" or "arm64"; amd: the gfx targets of AMD's cards."""

    system: str
    processor: str
    nvidia: Nvidia | None = None
    amd: tuple[str, ...] = ()


def look_at_machine() -> Machine:
    """This machine."""
    import platform

    processor = platform.machine().lower()
    processor = {"amd64": "x86_64", "aarch64": "arm64"}.get(processor, processor)
    return Machine(sys.platform, processor, _look_for_nvidia(), _look_for_amd())


def hardware_signature(environ: Mapping[str, str] = os.environ) -> str:
    """A short text that changes when a graphics driver comes, goes or is updated; costs a few file look-ups."""
    digest = hashlib.sha256(environ.get("BURNISH_TORCH", "").encode())
    for trace in _TRACES:
        try:
            status = trace.stat()
        except OSError:
            continue
        digest.update(str(trace).encode())
        if str(trace).startswith(("/proc", "/sys")):
            digest.update(trace.read_bytes())
        elif trace.is_file():
            digest.update(f"{status.st_size} {status.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _look_for_nvidia() -> Nvidia | None:
    """Ask NVIDIA's driver library itself; nvidia-smi is a second opinion, for it is often not on the path."""
    if sys.platform == "darwin":
        return None
    return _ask_driver_library() or _ask_nvidia_smi()


def _ask_driver_library() -> Nvidia | None:
    import ctypes

    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        if driver.cuInit(0) != 0:
            return None
        version, count = ctypes.c_int(), ctypes.c_int()
        if driver.cuDriverGetVersion(ctypes.byref(version)) or driver.cuDeviceGetCount(ctypes.byref(count)):
            return None
    except (OSError, AttributeError):
        return None
    capabilities = []
    for index in range(count.value):
        device, major, minor = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
        if driver.cuDeviceGet(ctypes.byref(device), index):
            continue
        driver.cuDeviceGetAttribute(ctypes.byref(major), _COMPUTE_CAPABILITY_MAJOR, device)
        driver.cuDeviceGetAttribute(ctypes.byref(minor), _COMPUTE_CAPABILITY_MINOR, device)
        capabilities.append((major.value, minor.value))
    if not capabilities:
        return None
    return Nvidia((version.value // 1000, version.value % 1000 // 10), tuple(capabilities))


def _ask_nvidia_smi() -> Nvidia | None:
    import re
    import shutil
    import subprocess

    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    try:
        banner = subprocess.run([program], capture_output=True, text=True, timeout=20, check=True).stdout
        query = [program, "--query-gpu=compute_cap", "--format=csv,noheader"]
        answer = subprocess.run(query, capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"CUDA Version:\s*(\d+)\.(\d+)", banner)
    if not found:
        return None
    capabilities = tuple((int(major), int(minor)) for major, minor in re.findall(r"^(\d+)\.(\d+)", answer, re.M))
    return Nvidia((int(found[1]), int(found[2])), capabilities)


def _look_for_amd(topology: Path = Path("/sys/class/kfd/kfd/topology/nodes")) -> tuple[str, ...]:
    """The gfx targets that AMD's kernel driver lists: 110001 there is gfx1101 (major, minor, stepping in hex)."""
    targets = []
    for properties in sorted(topology.glob("*/properties")):
        try:
            words = properties.read_text().split()
        except OSError:
            continue
        if "gfx_target_version" not in words:
            continue
        number = int(words[words.index("gfx_target_version") + 1])
        if number:
            targets.append(f"gfx{number // 10000}{number // 100 % 100:x}{number % 100:x}")
    return tuple(targets)
