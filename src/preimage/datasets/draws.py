"""Random generators that follow from the seed, the epoch and the index of a sample."""

import hashlib

import torch

__all__ = ["generator_of", "random_order"]

_MASK = 0xFFFFFFFF


def generator_of(purpose: str, seed: int, epoch: int, index: int) -> torch.Generator:
    """The generator of sample ``index`` in an epoch, on the CPU.

    PyTorch's generator on the CPU reads the lowest 32 bits of its seed only. Hashes of 32 bits coincide by chance from
    some 1e5 samples on; here the index goes through a bijection instead, so that no two samples of an epoch share
    their numbers.

    Args:
        purpose: what the numbers are for, so that crops and noise of the same sample are independent.
        seed: the seed of the dataset.
        epoch: the number of the epoch, from 0.
        index: the number of the sample, from 0.
    """
    key = hashlib.blake2b(f"{purpose} {seed} {epoch}".encode(), digest_size=8).digest()
    before, after = int.from_bytes(key[:4], "little"), int.from_bytes(key[4:], "little")
    return torch.Generator().manual_seed(_mix((index + before) & _MASK) ^ after)


def random_order(count: int, purpose: str, seed: int, epoch: int = 0) -> list[int]:
    """The numbers below ``count`` in random order."""
    return torch.randperm(count, generator=generator_of(purpose, seed, epoch, 0)).tolist()


def _mix(n: int) -> int:
    """A bijection of 32-bit numbers that changes about half of the bits for each that differs.

    Source: the finaliser of MurmurHash3, Appleby 2011, public domain.
    """
    n = ((n ^ n >> 16) * 0x85EBCA6B) & _MASK
    n = ((n ^ n >> 13) * 0xC2B2AE35) & _MASK
    return n ^ n >> 16
