"""Free memory as systems report it, and what fits in it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish_models.engines import memory
from engines.networks import facts

GIGABYTE = 1 << 30


def system(root: Path, available: int, cgroup: str = "", files: dict[str, str] | None = None) -> int:
    """linux_free of a made-up machine."""
    proc, cgroups = root / "proc", root / "cgroup"
    (proc / "self").mkdir(parents=True)
    (proc / "meminfo").write_text(
        f"MemTotal: 99999999 kB\nMemAvailable:   {available // 1024} kB\nHugePages_Total: 0\n"
    )
    (proc / "self" / "cgroup").write_text(cgroup)
    for name, text in (files or {}).items():
        path = cgroups / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return memory.linux_free(proc, cgroups)


def test_without_groups_it_is_what_the_kernel_calls_available(tmp_path):
    assert system(tmp_path, 5 * GIGABYTE) == 5 * GIGABYTE


def test_a_version_2_group_limits_and_its_file_cache_counts_as_free(tmp_path):
    files = {
        "user/burnish/memory.max": f"{2 * GIGABYTE}\n",
        "user/burnish/memory.current": f"{GIGABYTE}\n",
        "user/burnish/memory.stat": f"anon 1\ninactive_file {GIGABYTE // 4}\n",
        "user/memory.max": "max\n",
        "user/memory.current": "7\n",
        "user/memory.stat": "inactive_file 0\n",
    }
    assert system(tmp_path, 5 * GIGABYTE, "0::/user/burnish\n", files) == GIGABYTE + GIGABYTE // 4


def test_the_tightest_group_above_counts(tmp_path):
    files = {}
    for name, limit in (("a/b", 3), ("a", 2)):
        files |= {
            f"{name}/memory.max": str(limit * GIGABYTE),
            f"{name}/memory.current": "0",
            f"{name}/memory.stat": "inactive_file 0",
        }
    assert system(tmp_path, 5 * GIGABYTE, "0::/a/b\n", files) == 2 * GIGABYTE


def test_a_version_1_group_inside_a_container_whose_path_is_the_hosts(tmp_path):
    files = {
        "memory/memory.limit_in_bytes": str(2 * GIGABYTE),
        "memory/memory.usage_in_bytes": str(GIGABYTE),
        "memory/memory.stat": "total_inactive_file 0",
    }
    groups = "9:memory:/docker/0123\n8:cpu,cpuacct:/docker/0123\n"
    assert system(tmp_path, 5 * GIGABYTE, groups, files) == GIGABYTE


def test_this_machine_has_memory():
    assert 0 < memory.free_bytes("cpu") < 1 << 50


def test_macos_pages():
    text = (
        "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n"
        "Pages free:                               1000.\n"
        "Pages active:                           900000.\n"
        "Pages inactive:                            200.\n"
        "Pages speculative:                          30.\n"
        "Pages purgeable:                             4.\n"
        '"Translation faults":                  123456.\n'
    )
    assert memory.parse_vm_stat(text) == 16384 * 1234


def test_reserving():
    assert memory.can_reserve(1 << 20)
    assert not memory.can_reserve(1 << 62)
    assert not memory.can_reserve(1 << 70)


def test_no_room_is_a_memory_error():
    memory.ensure_room(1 << 20)
    with pytest.raises(MemoryError):
        memory.ensure_room(1 << 60)


@given(
    each=st.floats(1, 1e5),
    pixels=st.integers(1, 1 << 22),
    free=st.integers(0, 1 << 40),
    limit=st.integers(1, 64),
    precision=st.sampled_from(sorted(memory.BYTES_PER_VALUE)),
)
def test_as_many_tiles_as_fit(each, pixels, free, limit, precision):
    own = facts(activation_bytes=each)
    count = memory.tiles_that_fit(own, precision, pixels, free, limit)
    assert 1 <= count <= limit
    one = memory.needed_bytes(own, precision, pixels)
    if count > 1:
        assert count * one <= free
    if count < limit:
        assert (count + 1) * max(one, 1) > free * 7 // 8


def test_half_precision_takes_half():
    own = facts(activation_bytes=1000.0)
    assert memory.needed_bytes(own, "float32", 64) == 64_000
    assert memory.needed_bytes(own, "float16", 64) == memory.needed_bytes(own, "bfloat16", 64) == 32_000
