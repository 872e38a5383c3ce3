"""Put trained weights into the package and bring their row of ``weights.toml`` up to date.

    python -m preimage.training.recipes.ship drunet-grey-compact runs/grey/drunet.safetensors --test Set12 --test BSD68

The row must be there; its checksum and its measured PSNR are rewritten. ``--half`` stores half precision.
"""

import argparse
import math
import re
from pathlib import Path

import torch
from torch import Tensor

from preimage.datasets import load_images
from preimage.denoisers import Denoiser, DRUNet, EPLLDenoiser, PreconditionedDRUNet
from preimage.errors import WeightsError
from preimage.files.digest import read_sha256
from preimage.models import UNetGenerator
from preimage.training.checkpoint import write_weights
from preimage.training.recipes.diffusion import DiffusionRecipe
from preimage.training.recipes.evaluate import deblocking_psnr, denoising_psnr, filling_psnr

__all__ = ["ship", "update_row"]

LARGEST = 8_000_000
LEVELS = (15, 25, 50)
QUALITIES = (10, 20, 40, 80)
STRONG = (128, 510, 2550)


def ship(source: Path, target: Path, dtype: torch.dtype = torch.float32) -> dict[str, Tensor]:
    """Store the tensors of ``source`` in ``target`` as safetensors of ``dtype``.

    Raises:
        WeightsError: the file would be larger than the package wants.
    """
    from safetensors.torch import load_file

    state = {name: value.to(dtype).contiguous() for name, value in sorted(load_file(source).items())}
    size = sum(value.element_size() * value.numel() for value in state.values())
    if size > LARGEST:
        raise WeightsError(
            f"`source` must hold at most {LARGEST} bytes of weights, got {size}; offer it as a download instead."
        )
    write_weights(target, state)
    return state


def update_row(table: str, name: str, entries: dict[str, str]) -> str:
    """The text of ``weights.toml`` with ``entries`` (key to TOML value) replaced, or added, in the row ``name``.

    Raises:
        WeightsError: there is no such row.
    """
    before = row_text(table, name)
    kept = [line for line in before.splitlines() if line.partition(" = ")[0] not in entries]
    return table.replace(before, "\n".join([*kept, *(f"{key} = {value}" for key, value in entries.items())]) + "\n", 1)


def row_text(table: str, name: str) -> str:
    """The lines of the row ``name`` in the text of ``weights.toml``.

    Raises:
        WeightsError: there is no such row.
    """
    found = re.search(rf"^\[{re.escape(name)}\]\n(?:.+\n)*", table, re.MULTILINE)
    if found is None:
        raise WeightsError(f"`name` must be a row of weights.toml, got {name!r}; write the row first.")
    return found.group()


def compact(state: dict[str, Tensor]) -> Denoiser | UNetGenerator:
    """The network of a recipe with the weights ``state``; its kind and sizes are read off them."""
    if "mixture.means" in state:
        components, dim = state["mixture.means"].shape
        channels = 1 if math.isqrt(dim) ** 2 == dim else 3
        network = EPLLDenoiser.untrained(channels, math.isqrt(dim // channels), components)
        network.load_state_dict(state)
        return network.eval()
    if "start.0.0.weight" in state:
        width, inputs = state["start.0.0.weight"].shape[:2]
        deeper = [len(value) for name, value in state.items() if re.fullmatch(r"downs\.\d+\.1\.0\.0\.weight", name)]
        network = UNetGenerator(inputs, len(state["head.weight"]), (width, *deeper))
        network.load_state_dict(state)
        return network.eval()
    if "network.m_head.weight" in state:
        recipe = DiffusionRecipe(
            channels=len(state["network.m_tail.weight"]) - 1, widths=_widths(state, "network."), start=""
        )
        network = recipe.network()
        network.load_state_dict(state)
        return network.eval()
    network = DRUNet(state["m_tail.weight"].shape[0], _widths(state), blocks=2, residual=True)
    network.load_state_dict(state)
    return network.eval()


def _widths(state: dict[str, Tensor], prefix: str = "") -> tuple[int, ...]:
    """The feature channels of a DRUNet."""
    downs = (state[f"{prefix}m_down{i}.2.weight"].shape[0] for i in (1, 2, 3))
    return (state[f"{prefix}m_head.weight"].shape[0], *downs)


def measured(network: Denoiser | UNetGenerator, folder: Path, artefact: str = "noise") -> dict[str, float]:
    """PSNR on the images of a folder, by what is to be undone; ``artefact`` tells what a denoiser removes."""
    if artefact == "jpeg":
        images = [image[:1] if (image == image[:1]).all() else image for image in load_images(folder, 3)]
        return {f"{folder.name}/quality {q}": deblocking_psnr(network, images, q) for q in QUALITIES}
    if isinstance(network, UNetGenerator):
        return {f"{folder.name}/half missing": filling_psnr(network, load_images(folder, network.outputs))}
    images = load_images(folder, network.traits.channels or 1)
    levels = (*LEVELS, *STRONG) if isinstance(network, PreconditionedDRUNet) else LEVELS
    return {f"{folder.name}/{level}": denoising_psnr(network, images, level / 255) for level in levels}


def main() -> None:
    """Parse the command line and ship."""
    parser = argparse.ArgumentParser(description="Put trained weights into the package.")
    parser.add_argument("name", help="row of weights.toml")
    parser.add_argument("source", type=Path, help="trained weights, .safetensors")
    parser.add_argument("--test", type=Path, action="append", default=[], help="folder of test images; may be repeated")
    parser.add_argument("--half", action="store_true", help="store half precision")
    args = parser.parse_args()
    package = Path(__file__).parents[2]
    target = package / "weights" / f"{args.name}.safetensors"
    state = ship(args.source, target, torch.float16 if args.half else torch.float32)
    table = package / "weights.toml"
    text, psnr = table.read_text(encoding="utf-8"), dict[str, float]()
    artefact = "jpeg" if "\nquality_range = " in row_text(text, args.name) else "noise"
    for folder in args.test:
        psnr |= measured(compact(state), folder, artefact)
    entries = {"sha256": f'"{read_sha256(target)}"'}
    if psnr:
        entries["psnr"] = "{ " + ", ".join(f'"{key}" = {value:.2f}' for key, value in psnr.items()) + " }"
    table.write_text(update_row(text, args.name, entries), encoding="utf-8")
    print("\n".join(f"{key} = {value}" for key, value in entries.items()))


if __name__ == "__main__":
    main()
