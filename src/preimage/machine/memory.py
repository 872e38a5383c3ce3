"""Memory: how much there is, how much a process has used, how much a tile needs."""

import contextlib
import ctypes
import os
import re
import sys
from pathlib import Path

from preimage.errors import ArgumentError

__all__ = ["available_bytes", "format_bytes", "parse_bytes", "peak_bytes", "physical_bytes", "release"]

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}


def parse_bytes(text: str | float) -> int:
    """Bytes of ``"2GB"``, ``"1.5 GiB"``, ``"800M"`` or a number.

    Raises:
        ArgumentError: not a positive size.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d*)?)\s*([kmgt]i?)?b?\s*", str(text), re.IGNORECASE)
    size = int(float(match[1]) * _UNITS[(match[2] or "").lower()]) if match else 0
    if size <= 0:
        raise ArgumentError(f"`memory` must be a positive size, got {text!r}; write it like 2GB or 800MB.")
    return size


def format_bytes(size: float) -> str:
    """``size`` in MB or GB (powers of ten)."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def physical_bytes() -> int:
    """The machine's main memory; 2**62 where the system does not tell."""
    if sys.platform == "win32":
        return _windows_physical()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 2**62


def available_bytes() -> int:
    """What a process can still get of main memory, and of the limit of its container where there is one.

    All of the main memory where the system does not tell.
    """
    told = [physical_bytes()]
    meminfo, limit, used = (
        Path(place) for place in ("/proc/meminfo", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current")
    )
    with contextlib.suppress(OSError, ValueError):
        if found := re.search(r"MemAvailable:\s*(\d+) kB", meminfo.read_text()):
            told.append(int(found[1]) * 1024)
    with contextlib.suppress(OSError, ValueError):
        told.append(int(limit.read_text()) - int(used.read_text()))  # the limit may be "max"
    return max(0, min(told))


def peak_bytes() -> int:
    """The most memory this process has held since it started."""
    if sys.platform == "win32":
        return _windows_peak()
    status = Path("/proc/self/status")
    if status.exists():
        # Where there is this file, ru_maxrss may count the process that started this one.
        found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = [
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        *((name, ctypes.c_uint64) for name in ("total", "free", "page", "page_free", "virtual", "virtual_free", "ext")),
    ]


class _ProcessMemory(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS of the Windows API."""

    _fields_ = [
        ("size", ctypes.c_uint32),
        ("faults", ctypes.c_uint32),
        ("peak", ctypes.c_size_t),
        *((f"field{i}", ctypes.c_size_t) for i in range(7)),
    ]


def release() -> None:
    """Give memory that this process has freed back to the system, where its C library would keep it (glibc does)."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # musl has no such function
            ctypes.CDLL(None).malloc_trim(0)


def _windows_physical() -> int:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    found = ctypes.WinDLL("kernel32").GlobalMemoryStatusEx(ctypes.byref(status))  # pyright: ignore[reportAttributeAccessIssue]
    return int(status.total) if found else 2**62


def _windows_peak() -> int:
    counters = _ProcessMemory(size=ctypes.sizeof(_ProcessMemory))
    kernel = ctypes.WinDLL("kernel32")  # pyright: ignore[reportAttributeAccessIssue]
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32]
    kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.size)
    return int(counters.peak)
