"""Units of axes, under one name each, and their size."""

__all__ = ["factor_between", "long_unit", "unit_of"]

_METRES = {"nm": 1e-9, "um": 1e-6, "mm": 1e-3, "cm": 1e-2, "m": 1.0, "angstrom": 1e-10}
_SECONDS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "us": 1e-6}
_LONG = {
    "nm": "nanometer", "um": "micrometer", "mm": "millimeter", "cm": "centimeter", "m": "meter",
    "angstrom": "angstrom", "ms": "millisecond", "s": "second", "min": "minute", "h": "hour", "us": "microsecond",
}  # fmt: skip
_OTHERS = {
    "µm": "um", "μm": "um", "\\u00b5m": "um", "micron": "um", "microns": "um", "å": "angstrom", "a": "angstrom",
    "sec": "s", "seconds": "s", "msec": "ms", "µs": "us", "inches": "", "mum": "um",
}  # fmt: skip


def unit_of(text: str) -> str:
    """``text`` as one of ``nm um mm cm m angstrom``, ``us ms s min h``; empty where it is none of their names."""
    name = text.strip().lower()
    name = _OTHERS.get(name, name)
    if name in _LONG:
        return name
    singular = name.removesuffix("s") if len(name) > 3 else name
    spelled = singular.replace("metre", "meter")
    return next((short for short, long in _LONG.items() if long == spelled), "")


def long_unit(unit: str) -> str:
    """The name of ``unit`` as UDUNITS and OME-Zarr have it: ``micrometer``; empty where there is none."""
    return _LONG.get(unit, "")


def factor_between(unit: str, other: str) -> float | None:
    """How many of ``other`` one ``unit`` is; ``None`` where they are not of one kind."""
    for sizes in (_METRES, _SECONDS):
        if unit in sizes and other in sizes:
            return sizes[unit] / sizes[other]
    return None
