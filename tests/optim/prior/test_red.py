from preimage.optim import RED
from tests.example import LEVELS, Example, Mirror

EXAMPLES = {
    RED: [Example(lambda: RED(Mirror(), 0.1, weight=LEVELS))],
}
