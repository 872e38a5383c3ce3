"""Public checks of the contracts: each raises ``AssertionError`` naming the object and the property it breaks.

They need nothing but torch, so that operators, noises, functionals, denoisers, algorithms, reconstructors, metrics and
losses written elsewhere can be checked too.
"""

from preimage.testing.algorithm import check_algorithm
from preimage.testing.composed import check_composed
from preimage.testing.conjugate import check_conjugate
from preimage.testing.denoiser import check_denoiser
from preimage.testing.examination import Examination, Fault, examine
from preimage.testing.generator import check_generator
from preimage.testing.linear import check_linear
from preimage.testing.loss import check_loss
from preimage.testing.metric import check_metric
from preimage.testing.noise import check_noise
from preimage.testing.physics import check_physics
from preimage.testing.prox import check_prox
from preimage.testing.reconstructor import check_reconstructor
from preimage.testing.smooth import check_smooth
from preimage.testing.transform import check_transform

__all__ = [
    "Examination",
    "Fault",
    "check_algorithm",
    "check_composed",
    "check_conjugate",
    "check_denoiser",
    "check_generator",
    "check_linear",
    "check_loss",
    "check_metric",
    "check_noise",
    "check_physics",
    "check_prox",
    "check_reconstructor",
    "check_smooth",
    "check_transform",
    "examine",
]
