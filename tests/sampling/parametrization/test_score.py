from preimage.sampling import ScorePrediction
from tests.example import Example
from tests.sampling.gaussian import PRIOR
from tests.sampling.parametrization.exact import Exact, check

EXAMPLES = {ScorePrediction: [Example(lambda: ScorePrediction(Exact(lambda x, sigma: -x / (1 + sigma**2))))]}


def test_the_score_tells_the_image() -> None:
    check(ScorePrediction(Exact(lambda x, sigma: (PRIOR(x, sigma) - x) / sigma**2)))
