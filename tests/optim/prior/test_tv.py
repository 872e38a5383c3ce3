from preimage.optim import TVPrior
from tests.example import LEVELS, Example

EXAMPLES = {
    TVPrior: [
        Example(lambda: TVPrior(LEVELS, tol=1e-6), complex=True, tol=1e-4),
        Example(lambda: TVPrior(0.3, coupled=True, tol=1e-6), complex=True, tol=1e-4),
        Example(lambda: TVPrior(0.1, tol=1e-6), shape=(2, 2, 4, 3, 5), tol=1e-4),
        Example(lambda: TVPrior(LEVELS, tol=1e-6, isotropic=False), complex=True, tol=1e-4),
        Example(lambda: TVPrior(0.3, coupled=True, tol=1e-6, isotropic=False), complex=True, tol=1e-4),
    ],
}
