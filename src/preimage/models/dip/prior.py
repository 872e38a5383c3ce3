"""The deep image prior: a network fitted to one measurement."""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from preimage._tree import Measurement, leaves
from preimage.errors import ArgumentError, ConvergenceError
from preimage.fidelity import Measured, likelihood
from preimage.functional import Smooth
from preimage.models.dip.data_term import PartialLikelihood
from preimage.models.dip.early_stopping import EarlyStopping, HeldOut, LastStep
from preimage.models.dip.fit import Fit
from preimage.models.dip.inputs import Input, NoiseInput
from preimage.models.dip.loop import Drawn, Goal, Run, fit_networks
from preimage.models.dip.network_fit import NetworkFactory, NetworkFit
from preimage.models.dip.networks.skipnet import SLENDER, SkipNet
from preimage.physics import LinearPhysics, Physics
from preimage.reconstructor import Reconstructor
from preimage.solve import Callback, Solution

__all__ = ["DeepImagePrior"]


class DeepImagePrior(Reconstructor):
    r"""``x_hat = G_theta(z)`` with ``theta ~ argmin f(G_theta(z)) + penalty(G_theta(z))``, stopped in time.

    An untrained network, fitted to one measurement: it draws what is natural long before it draws noise. ``f`` is the
    data term of the physics and its noise. Each sample of a batch has a network, an input, random numbers and a stop of
    its own. The result is the exponential average of the pictures drawn, at the step that ``stop`` finds best.

    Args:
        network: makes the network, see :data:`NetworkFactory`. By default a :class:`SkipNet` with few channels at the
            fine scales, where most of the time goes; without a bound where images are complex.
        source: the input ``z``; noise by default.
        fit: how to fit; by default two runs side by side with less noise on the input, which learn faster.
        stop: when to stop. By default some measurements are held out (:class:`HeldOut`), others in each run.
        penalty: a smooth functional of the image to be minimised too, such as :class:`preimage.optim.RED`.
        shape: the shape of an image, (C, H, W) or (C, D, H, W); needed where the physics is not linear.

    Source: Ulyanov, Vedaldi, Lempitsky, "Deep image prior", CVPR 2018.
    """

    def __init__(
        self,
        network: NetworkFactory | None = None,
        source: Input | None = None,
        fit: Fit | None = None,
        stop: EarlyStopping | None = None,
        penalty: Smooth | None = None,
        shape: Sequence[int] | None = None,
    ) -> None:
        super().__init__()
        self.network = network
        self.source = NoiseInput() if source is None else source
        self.fit = Fit(input_noise=0.02, runs=2) if fit is None else fit
        self.stop = stop
        self.penalty = penalty
        self.shape = None if shape is None else tuple(shape)

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The reconstruction of each sample of ``y``.

        Raises:
            ConvergenceError: a fit diverged; the message names the sample and the step.
        """
        solution = self.solve(y, physics)
        if solution.failures():
            raise ConvergenceError(f"{solution.failures()}; take a smaller `rate` in `fit`.")
        return solution.x

    def solve(self, y: Measurement, physics: Physics, callbacks: Sequence[Callback] = ()) -> Solution[Drawn]:
        """The reconstruction, and why it stopped; the history holds the data term and the score of every step.

        Args:
            callbacks: called after each step with its number and a :class:`Drawn`; one that returns True ends the run.

        Raises:
            ArgumentError: the physics is not linear, and no ``shape`` was given.
            CapabilityError: the stopping rule needs a noise of known level.
        """
        like, rule = self._like(y, physics), self.stop or HeldOut()

        def run(seed: int) -> Run:
            data = PartialLikelihood.draw(physics, y, rule.held_out, seed) if rule.held_out else likelihood(physics, y)
            measured = data.kept if isinstance(data, PartialLikelihood) else data.measured
            return self._run(seed, like, Goal(data, self.penalty, rule), measured)

        return self._fit(run, callbacks)

    def minimise(self, f: Smooth, like: Tensor, callbacks: Sequence[Callback] = ()) -> Solution[Drawn]:
        """Fit networks so that their images, of the shape, type and device of ``like``, minimise ``f``.

        Without a ``stop``, all steps are taken.
        """
        goal = Goal(f, self.penalty, self.stop or LastStep())
        return self._fit(lambda seed: self._run(seed, like, goal, None), callbacks)

    def _fit(self, run: Callable[[int], Run], callbacks: Sequence[Callback]) -> Solution[Drawn]:
        """Runs from several starts, and the average of what they give."""
        with torch.inference_mode(False), torch.enable_grad():
            return fit_networks([run(self.fit.seed + index) for index in range(self.fit.runs)], callbacks)

    def _run(self, seed: int, like: Tensor, goal: Goal, measured: Measured | None) -> Run:
        """A network for each sample, or one for all."""
        network = self.maker(like.is_complex())
        parts = (like,) if self.fit.joint else like.split(1)
        sources = self.source.of(measured, [len(part) for part in parts])
        pairs = zip(sources, parts, strict=True)
        fittings = [NetworkFit(network, source, self.fit, part, seed) for source, part in pairs]
        return Run(fittings, goal)

    def maker(self, is_complex: bool = False) -> NetworkFactory:
        """What makes the networks: ``network``, or the default for real or complex images."""
        return self.network or partial(SkipNet, scales=SLENDER, bounded=not is_complex)

    def _like(self, y: Measurement, physics: Physics) -> Tensor:
        """An image of the right shape."""
        if self.shape is not None:
            first = leaves(y)[0]
            return first.real.new_zeros(len(first), *self.shape)
        if not isinstance(physics, LinearPhysics):
            raise ArgumentError(f"`shape` must be given where the physics is not linear, got {type(physics).__name__}.")
        return torch.zeros_like(physics.A_adjoint(y))
