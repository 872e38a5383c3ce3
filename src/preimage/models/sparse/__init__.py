"""Trainable sparse models of patches."""

from preimage.models.sparse.centralized import CentralizedSC
from preimage.models.sparse.groupsc import GroupSC, NonLocalSC, Search
from preimage.models.sparse.reconstructor import SparseReconstructor
from preimage.models.sparse.sc import SC, Coding

__all__ = ["SC", "CentralizedSC", "Coding", "GroupSC", "NonLocalSC", "Search", "SparseReconstructor"]
