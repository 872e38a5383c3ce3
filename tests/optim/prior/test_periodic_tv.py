from preimage.optim.prior import PeriodicTV
from tests.example import LEVELS, Example

EXAMPLES = {
    PeriodicTV: [
        Example(lambda: PeriodicTV(LEVELS), complex=True),
        Example(lambda: PeriodicTV(0.3, coupled=True, isotropic=False), complex=True),
    ],
}
