from torch import Tensor

from preimage.sampling import FlowPrediction, VelocityPrediction, ddpm_sigmas
from tests.example import Example
from tests.sampling.gaussian import PRIOR
from tests.sampling.parametrization.exact import Exact, check

SIGMAS = ddpm_sigmas().float()

EXAMPLES = {
    FlowPrediction: [Example(lambda: FlowPrediction(Exact(lambda z, t: 0.3 * z)))],
    VelocityPrediction: [Example(lambda: VelocityPrediction(Exact(lambda z, t: 0.3 * z), ddpm_sigmas()))],
}


def flow(z: Tensor, t: Tensor) -> Tensor:
    sigma = t / (1 - t)
    x = z * (1 + sigma)
    image = PRIOR(x, sigma)
    return (x - image) / sigma - image


def velocity(z: Tensor, time: Tensor) -> Tensor:
    sigma = SIGMAS[time.round().long()]
    a = (1 + sigma.square()).rsqrt()
    image = PRIOR(z / a, sigma)
    return a * (z / a - image) / sigma - sigma * a * image


def test_the_velocity_of_a_straight_path_tells_the_image() -> None:
    check(FlowPrediction(Exact(flow)))


def test_the_velocity_on_a_circle_tells_the_image() -> None:
    check(VelocityPrediction(Exact(velocity), SIGMAS))
