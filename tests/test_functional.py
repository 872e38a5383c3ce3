from preimage.functional import Zero
from tests.example import Example

EXAMPLES = {
    Zero: [Example(Zero, complex=True)],
}
