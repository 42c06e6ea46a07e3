"""How much memory a run may still take, so that running out is noticed before the system has to kill somebody.

Linux answers an allocation that it cannot honour by killing a process later, and torch's CPU allocator reports the
failures that do surface as a plain RuntimeError. So a run on the CPU is weighed before it starts.
"""

from __future__ import annotations

import contextlib
import mmap
import subprocess
import sys
from pathlib import Path

from burnish_models.catalogue.model import Facts

BYTES_PER_VALUE = {"float32": 4, "float16": 2, "bfloat16": 2}


def needed_bytes(facts: Facts, precision: str, input_pixels: int) -> int:
    """What one run on so many input pixels takes at its peak, weights apart."""
    return int(facts.activation_bytes * input_pixels * BYTES_PER_VALUE[precision] / 4)


def tiles_that_fit(facts: Facts, precision: str, tile_pixels: int, free: int, limit: int) -> int:
    """How many equal tiles of so many input pixels one run may hold, 1 to `limit`; an eighth of `free` is spared."""
    each = max(1, needed_bytes(facts, precision, tile_pixels))
    return max(1, min(limit, free * 7 // 8 // each))


def ensure_room(needed: int) -> None:
    """Raises MemoryError where `needed` bytes are more than this process can have now."""
    free = free_bytes("cpu")
    if needed > free:
        raise MemoryError(f"a run would need {needed} bytes, {free} are free")
    if not can_reserve(needed):
        raise MemoryError(f"the system refuses to reserve {needed} bytes")


def can_reserve(count: int) -> bool:
    """Whether the system would promise so many bytes. Nothing is touched, so nothing is really taken."""
    try:
        mmap.mmap(-1, max(1, count)).close()
    except (OSError, OverflowError, ValueError):
        return False
    return True


def free_bytes(device: str) -> int:
    """Memory that a run may still take on a device: "cpu", "cuda", "mps" or "xpu"."""
    if device == "cuda":
        return _cuda_free()
    if device == "xpu":
        return _xpu_free()
    if device == "mps":
        return _mps_free()
    if sys.platform == "linux":
        return linux_free()
    if sys.platform == "darwin":
        return _macos_free()
    return _windows_free()


# --- main memory ---------------------------------------------------------------------------------------------------


def linux_free(proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> int:
    """The least of: what the kernel calls available, what each control group above leaves, and the address space."""
    limits = [_meminfo(proc)["MemAvailable"], *_cgroup_rooms(proc, cgroups)]
    if proc == Path("/proc"):
        limits += _address_space()
    return max(0, min(limits))


def _meminfo(proc: Path) -> dict[str, int]:
    """Bytes by name."""
    entries = {}
    for line in (proc / "meminfo").read_text().splitlines():
        name, _, value = line.partition(":")
        entries[name] = int(value.split()[0]) * 1024
    return entries


def _cgroup_rooms(proc: Path, cgroups: Path) -> list[int]:
    """What every memory control group that holds this process leaves free, for versions 1 and 2."""
    rooms = []
    try:
        lines = (proc / "self" / "cgroup").read_text().splitlines()
    except OSError:
        return []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            mount, limit, usage, cached = cgroups, "memory.max", "memory.current", "inactive_file"
        elif "memory" in controllers.split(","):
            mount, limit, usage = cgroups / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
            cached = "total_inactive_file"
        else:
            continue
        group = mount / path.strip("/")
        # Inside a container the path may be the host's; then only the mount itself is ours to see.
        for folder in (group, *group.parents):
            rooms += _cgroup_room(folder, limit, usage, cached)
            if folder == mount:
                break
    return rooms


def _cgroup_room(folder: Path, limit: str, usage: str, cached: str) -> list[int]:
    try:
        allowed = int((folder / limit).read_text())  # "max" is no limit
        used = int((folder / usage).read_text())
        statistics = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return []
    return [allowed - used + int(statistics.get(cached, 0))]


def _address_space() -> list[int]:
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return []
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return [limit - used]


def _macos_free() -> int:
    return parse_vm_stat(subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True, check=True).stdout)


def parse_vm_stat(text: str) -> int:
    """Bytes that macOS would give away: free, inactive, speculative and purgeable pages."""
    first, *rest = text.splitlines()
    page = int(first.partition("page size of ")[2].split()[0])
    pages = {}
    for line in rest:
        name, _, value = line.partition(":")
        with contextlib.suppress(ValueError):
            pages[name.strip('" ')] = int(value.strip(" ."))
    wanted = ("Pages free", "Pages inactive", "Pages speculative", "Pages purgeable")
    return page * sum(pages.get(name, 0) for name in wanted)


def _windows_free() -> int:
    import ctypes

    class MemoryStatus(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *(
                (name, ctypes.c_ulonglong)
                for name in (
                    "total_physical",
                    "free_physical",
                    "total_commit",
                    "free_commit",
                    "total_virtual",
                    "free_virtual",
                    "free_extended",
                )
            ),
        )

    status = MemoryStatus()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the name exists on Windows only
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        raise OSError("GlobalMemoryStatusEx failed")
    return min(status.free_physical, status.free_commit)


# --- memory of accelerators ----------------------------------------------------------------------------------------


def _cuda_free() -> int:
    import torch

    device = torch.cuda.current_device()
    free, total = torch.cuda.mem_get_info(device)
    reserved = torch.cuda.memory_reserved(device)
    # What torch keeps for itself without using it is as good as free; a fraction set for this process is its ceiling.
    allowed = int(total * torch.cuda.get_per_process_memory_fraction(device)) - reserved
    return max(0, min(free, allowed)) + reserved - torch.cuda.memory_allocated(device)


def _xpu_free() -> int:
    import torch

    device = torch.xpu.current_device()
    free, _total = torch.xpu.mem_get_info(device)
    return free + torch.xpu.memory_reserved(device) - torch.xpu.memory_allocated(device)


def _mps_free() -> int:
    import torch

    return max(0, torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory())
