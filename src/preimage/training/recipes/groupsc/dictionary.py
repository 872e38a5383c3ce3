"""A dictionary learned from clean patches, where the matrices of a sparse model start."""

import warnings
from collections.abc import Sequence

import torch
from torch import Tensor

from preimage._optional import require
from preimage.datasets import crop_batch
from preimage.errors import ArgumentError

__all__ = ["learn_dictionary"]

_DRAWN_PER_KEPT = 2


def learn_dictionary(
    images: Sequence[Tensor], patch: int, atoms: int, *, count: int = 20_000, alpha: float = 0.15, seed: int = 0
) -> Tensor:
    """A dictionary (m, atoms), columns of norm at most one, by online dictionary learning of ``count`` patches.

    The patches are without their means, are the half of those drawn that has more structure, and have norm one.

    Args:
        images: uint8 (C, H, W); m is C times ``patch`` squared.
        patch: pixels along a side.
        alpha: weight of the l1 norm of the codes of patches of norm one.
        seed: the seed of the patches and of the method.

    Raises:
        ArgumentError: fewer patches than atoms.
        MissingDependency: scikit-learn is not installed.

    Source: Mairal, Bach, Ponce, Sapiro, "Online learning for matrix factorization and sparse coding", JMLR 2010, as
    implemented by scikit-learn.
    """
    if count < atoms:
        raise ArgumentError(f"`count` must be at least the {atoms} atoms, got {count}; draw more patches.")
    decomposition = require("sklearn.decomposition", "train", "learning a dictionary")
    exceptions = require("sklearn.exceptions", "train", "learning a dictionary")
    rng = torch.Generator().manual_seed(seed)
    drawn = crop_batch(images, _DRAWN_PER_KEPT * count, patch, rng).flatten(1)
    drawn = drawn - drawn.mean(1, keepdim=True)
    kept = drawn[drawn.norm(dim=1).argsort(descending=True, stable=True)[:count]]
    kept = kept / kept.norm(dim=1, keepdim=True).clamp_min(1e-6)
    learner = decomposition.MiniBatchDictionaryLearning(
        atoms, alpha=alpha, batch_size=min(512, count), max_iter=3, fit_algorithm="cd", transform_algorithm="lasso_cd",
        random_state=seed, n_jobs=1,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", exceptions.ConvergenceWarning)  # codes of an early dictionary need not be exact
        components = learner.fit(kept.numpy()).components_
    return torch.from_numpy(components).to(torch.float32).T.contiguous()
