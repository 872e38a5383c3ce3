"""The page of the leaderboard: tables and a plot, of what was measured."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean

from _methods import METHODS
from _tasks import SETS, TASKS

__all__ = ["write_page"]

Row = Mapping[str, str]
_NAMES = {
    "direct": "direct inverse", "tv": "total variation", "wavelet": "wavelets", "bm3d": "BM3D", "epll": "EPLL",
    "red": "RED", "dpir": "DPIR", "dpir-8": "DPIR, 8 steps", "dip": "deep image prior", "one-task": "one-task network",
    "ram": "RAM", "ram-dpir": "RAM, then DPIR",
}  # fmt: skip

_HEAD = """# Which method to take

One method of each family of the library on problems of all kinds, measured by `python benchmarks/leaderboard.py`, which
keeps what it measured in a file, line by line, and can be run in pieces. A cell is empty where nothing was measured, or
where the method is not made for the problem.

{counts}. One noisy copy of each (seed 0),
results clipped to [0, 1]; of complex images the moduli are compared. These are few small pictures: differences of some
tenths of a dB say nothing. Total variation, wavelets and RED have the weight that is best for the first picture of each
problem, which needs the truth: a bound for them. DPIR has the published number of steps of each problem, else eight,
which are too few for spectra. One-task networks are those that ship: GroupSC for noise, USRNet for blur and enlarging,
a U-Net for missing pixels.{network}{missing}

![Gain over the direct inverse, and time, on problems that all were measured on](pictures/leaderboard.png)
"""
_RAM = """

RAM is one network for all of the problems, with the weights `ram-compact` that ship: [its page](foundation.md). The
last column goes on from its picture with four steps of DPIR, from 10/255 down."""


def write_page(path: Path, rows: Sequence[Row]) -> None:
    """Write the page, and its plot into ``pictures`` beside it."""
    sets = [name for names in zip(*SETS.values(), strict=True) for name in dict.fromkeys(names)]
    counts = {row["pictures"] for row in rows}
    told = f"Middle 128x128 crops of {' to '.join(sorted(counts))} pictures of {' and '.join(shown_sets(rows, sets))}"
    with_ram = any(row["method"] == "ram" for row in rows)
    absent = [_NAMES[m.name] for m in METHODS if all(row["method"] != m.name for row in rows)]
    missing = f"\n\nNot measured yet: {', '.join(absent)}." if absent else ""
    parts = [_HEAD.format(counts=told, network=_RAM if with_ram else "", missing=missing)]
    parts.append("## PSNR and SSIM\n\nPSNR in dB, the best in bold, and SSIM.\n\n" + table(rows, quality, True))
    parts.append(
        "## Time\n\nSeconds of the processor for a picture, one thread; up to 0.4 of them went into compiling "
        "loops where a method was run for the first time in its process.\n\n" + table(rows, seconds, False)
    )
    parts.append(
        "## Memory\n\nMegabytes that the process took more at its peak; where it is about 120, nearly all of that is "
        "what torch takes once.\n\n" + table(rows, megabytes, False)
    )
    path.write_text("\n".join(parts), encoding="utf-8")
    draw(path.parent / "pictures" / "leaderboard.png", rows)


def shown_sets(rows: Iterable[Row], sets: Iterable[str]) -> list[str]:
    """The sets of which something was measured."""
    measured = {row["set"] for row in rows}
    return [name for name in sets if name in measured]


def quality(row: Row) -> str:
    """PSNR and SSIM."""
    return f"{float(row['psnr']):.2f} / {float(row['ssim']):.3f}"


def seconds(row: Row) -> str:
    """Of the processor, for a picture."""
    return f"{float(row['seconds']):.2g}"


def megabytes(row: Row) -> str:
    """At the peak."""
    return row["megabytes"]


def table(rows: Sequence[Row], cell: Callable[[Row], str], best: bool) -> str:
    """Problems and sets by methods."""
    methods = [method.name for method in METHODS if any(row["method"] == method.name for row in rows)]
    lines = [
        "| problem | set | " + " | ".join(_NAMES[name] for name in methods) + " |",
        "|---" * (len(methods) + 2) + "|",
    ]
    for task in TASKS:
        for folder in SETS[task.channels]:
            found = {row["method"]: row for row in rows if (row["task"], row["set"]) == (task.name, folder)}
            if not found:
                continue
            top = max(float(row["psnr"]) for row in found.values())
            cells = [
                "" if name not in found
                else f"**{cell(found[name])}**" if best and float(found[name]["psnr"]) == top
                else cell(found[name])
                for name in methods
            ]  # fmt: skip
            lines.append(f"| {task.name} | {folder} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def draw(path: Path, rows: Sequence[Row]) -> None:
    """A point for each method: mean time, and mean gain over the direct inverse."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    psnr = {(row["method"], row["task"], row["set"]): float(row["psnr"]) for row in rows}
    cells = {(row["task"], row["set"]) for row in rows}
    shown = [m.name for m in METHODS if sum((m.name, *cell) in psnr for cell in cells) > len(cells) // 2]
    common = {cell for cell in cells if all((name, *cell) in psnr for name in shown)}
    figure, axes = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
    for name in shown[1:]:  # beyond the direct inverse
        gain = mean(psnr[(name, *cell)] - psnr[("direct", *cell)] for cell in common)
        time = mean(float(r["seconds"]) for r in rows if r["method"] == name and (r["task"], r["set"]) in common)
        axes.scatter(time, gain)
        axes.annotate(_NAMES[name], (time, gain), (0, 7), textcoords="offset points", ha="center")
    axes.set(
        xscale="log", xlim=(0.01, 10), xlabel="seconds of the processor for a picture",
        ylabel="gain over the direct inverse, dB", title=f"mean of {len(common)} problems",
    )  # fmt: skip
    axes.margins(0.2)
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110, metadata={"Software": None})
