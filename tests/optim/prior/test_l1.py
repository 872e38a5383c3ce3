from preimage.optim import L1Prior
from tests.example import LEVELS, Example

EXAMPLES = {
    L1Prior: [Example(lambda: L1Prior(LEVELS), complex=True)],
}
