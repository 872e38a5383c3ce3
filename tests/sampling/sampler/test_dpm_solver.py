from preimage.sampling import DDIM, DPMSolver
from tests.sampling.sampler.flow import error


def test_it_is_of_second_order() -> None:
    assert 3.3 < error(DPMSolver(), 80) / error(DPMSolver(), 160) < 4.7
    assert error(DPMSolver(), 80) < 0.2 * error(DDIM(0.0), 80)
