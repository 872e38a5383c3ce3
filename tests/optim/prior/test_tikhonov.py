from preimage.optim import Tikhonov
from tests.example import LEVELS, Example

EXAMPLES = {
    Tikhonov: [Example(lambda: Tikhonov(LEVELS), complex=True)],
}
