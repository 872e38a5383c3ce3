"""What every operator is: linear or not, its structure, how operators combine."""

from preimage.physics.operator.base import Physics
from preimage.physics.operator.diagonal_gram import DiagonalGram
from preimage.physics.operator.linear import Adjoint, LinearPhysics, Product, Scaled, Sum
from preimage.physics.operator.stack import Stack, stack
from preimage.physics.operator.structure import Diagonal
from preimage.physics.operator.transform_domain import transform_domain

__all__ = [
    "Adjoint",
    "Diagonal",
    "DiagonalGram",
    "LinearPhysics",
    "Physics",
    "Product",
    "Scaled",
    "Stack",
    "Sum",
    "stack",
    "transform_domain",
]
