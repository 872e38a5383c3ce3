"""Random numbers of a fit."""

import hashlib

import torch

__all__ = ["seeded_generator"]


def seeded_generator(seed: int, use: str) -> torch.Generator:
    """A generator for one ``use`` in a fit.

    Its numbers are not those of ``torch.Generator().manual_seed(seed)``, from which the noise or the mask of a
    simulation may have been drawn: an input of the same numbers would tell the network the noise.
    """
    digest = hashlib.sha256(f"{use} {seed}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:4], "big"))
