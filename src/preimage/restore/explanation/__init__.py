"""What a sparse model says of a picture, as tensors, a drawing and a page."""

from preimage.restore.explanation.dictionary import Dictionary
from preimage.restore.explanation.explanation import Explanation
from preimage.restore.explanation.neighbours import Neighbours
from preimage.restore.explanation.patch import PatchCode
from preimage.restore.explanation.view import View

__all__ = ["Dictionary", "Explanation", "Neighbours", "PatchCode", "View"]
