"""What a model sees in a picture: a sparse model's atoms and codes, and the pre-images of a network's features."""

from preimage.explain.dictionary import Dictionary
from preimage.explain.explanation import Explanation
from preimage.explain.inversion import Inverted, Layer, PreImageSearch, invert
from preimage.explain.neighbours import Neighbours
from preimage.explain.patch import PatchCode
from preimage.explain.sparse_model import explain
from preimage.explain.view import View

__all__ = [
    "Dictionary",
    "Explanation",
    "Inverted",
    "Layer",
    "Neighbours",
    "PatchCode",
    "PreImageSearch",
    "View",
    "explain",
    "invert",
]
