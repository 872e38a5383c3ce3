"""How fast the operators are, each as a ratio to the same work in bare torch with everything cached.

    OMP_NUM_THREADS=1 python benchmarks/speed.py

Ours and the bare version alternate within one run on one thread; times are processor seconds of that thread, so other
programs disturb little, and the ratio is that of their medians.
"""

import time
from collections.abc import Callable
from statistics import median

import torch
import torch.nn.functional as F

from preimage.denoisers import Denoiser, DRUNet
from preimage.fidelity import likelihood
from preimage.optim import DPIR, TVPrior
from preimage.physics import Blur, BlurFFT, Downsampling
from preimage.physics.noise import GaussianNoise
from preimage.solve import cg

Row = tuple[float, float, float]  # ratio, milliseconds of ours, milliseconds of the bare version


def ratio(ours: Callable[[], object], bare: Callable[[], object], repeats: int = 101) -> Row:
    """Medians of alternating runs: ours over bare, and both in milliseconds."""
    times: tuple[list[float], list[float]] = ([], [])
    for index in range(repeats + 5):
        for kept, function in zip(times, (ours, bare), strict=True):
            start = time.thread_time()
            function()
            if index >= 5:
                kept.append(1e3 * (time.thread_time() - start))
    fast, reference = median(times[0]), median(times[1])
    return fast / reference, fast, reference


def picture_and_kernel() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A 3x512x512 image, a 25x25 kernel and its transfer function, the origin at the centre."""
    rng = torch.Generator().manual_seed(0)
    x, kernel = torch.rand(1, 3, 512, 512, generator=rng), torch.rand(25, 25, generator=rng)
    kernel = kernel / kernel.sum()
    otf = torch.fft.rfft2(F.pad(kernel, (0, 487, 0, 487)).roll((-12, -12), (0, 1)))
    return x, kernel, otf


def cached_pair(x: torch.Tensor, otf: torch.Tensor) -> torch.Tensor:
    return torch.fft.irfft2(torch.fft.rfft2(x) * otf, s=x.shape[-2:])


def blur_circular() -> Row:
    x, kernel, otf = picture_and_kernel()
    blur = Blur(kernel, "circular")
    torch.testing.assert_close(blur.A(x), cached_pair(x, otf), rtol=1e-4, atol=1e-5)
    return ratio(lambda: blur.A(x), lambda: cached_pair(x, otf))


def blur_reflect() -> Row:
    x, kernel, otf = picture_and_kernel()
    blur = Blur(kernel, "reflect")
    return ratio(lambda: blur.A(x), lambda: cached_pair(x, otf))


def blur_prox() -> Row:
    x, kernel, otf = picture_and_kernel()
    blur = BlurFFT(kernel, GaussianNoise(0.03))
    y = blur.A(x)
    data = likelihood(blur, y)
    back, power, variance, step = blur.A_adjoint(y), otf.abs().square(), 0.03**2, 0.01

    def bare() -> torch.Tensor:
        rho = variance / step
        # Real reciprocal first: dividing complex numbers by real ones is several times slower.
        return torch.fft.irfft2(torch.fft.rfft2(back + rho * x) * (1 / (power + rho)), s=x.shape[-2:])

    torch.testing.assert_close(data.prox(x, step), bare(), rtol=1e-4, atol=1e-4)
    return ratio(lambda: data.prox(x, step), bare)


def downsampling() -> Row:
    x, _, _ = picture_and_kernel()
    kernel = torch.rand(29, 29, generator=torch.Generator().manual_seed(1))
    kernel = kernel / kernel.sum()
    physics, weight = Downsampling(kernel, 4), kernel.flip(0, 1).expand(3, 1, 29, 29).contiguous()
    padded = F.pad(x, (14, 14, 14, 14), mode="circular")

    def bare() -> torch.Tensor:
        return F.conv2d(padded, weight, stride=4, groups=3)

    torch.testing.assert_close(physics.A(x), bare(), rtol=1e-4, atol=1e-5)
    return ratio(lambda: physics.A(x), bare)


def tv_prox() -> Row:
    """Against scikit-image with as many iterations as bring its objective within 1e-3 of the least one."""
    from skimage.restoration import denoise_tv_chambolle

    rng = torch.Generator().manual_seed(0)
    ramp = torch.linspace(0, 1, 256)
    x = (torch.sin(25 * ramp[:, None] * ramp) + torch.stack([ramp > a for a in (0.2, 0.5, 0.7)])[:, None]) / 2
    x = (x + 0.1 * torch.randn(x.shape, generator=rng))[None]
    last, weight = x[0].movedim(0, -1).contiguous().numpy(), 0.1
    variation, prior = TVPrior(weight), TVPrior(weight, tol=1e-3)

    def objective(u: torch.Tensor) -> float:
        return float((u - x).double().square().sum() / 2 + variation(u.double()))

    def theirs(steps: int) -> torch.Tensor:
        u = denoise_tv_chambolle(last, weight=weight, eps=0, max_num_iter=steps, channel_axis=-1)
        return torch.from_numpy(u).movedim(-1, 0)[None]

    least = objective(TVPrior(weight, tol=1e-7, max_steps=20000).prox(x.double(), 1.0))
    steps = next(n for n in range(20, 2000, 10) if objective(theirs(n)) <= (1 + 1e-3) * least)
    assert objective(prior.prox(x, 1.0)) <= (1 + 1e-3) * least
    return ratio(lambda: prior.prox(x, 1.0), lambda: theirs(steps), repeats=7)


def conjugate_gradients() -> Row:
    rng = torch.Generator().manual_seed(0)
    b, diagonal = torch.randn(8, 3, 256, 256, generator=rng), torch.rand(3, 256, 256, generator=rng) + 0.5

    def bare() -> torch.Tensor:
        x, r, p = torch.zeros_like(b), b.clone(), b.clone()
        power = (r * r).sum((1, 2, 3), keepdim=True)
        for _ in range(30):
            image = diagonal * p
            alpha = power / (p * image).sum((1, 2, 3), keepdim=True)
            x.addcmul_(alpha, p)
            r.addcmul_(-alpha, image)
            new = (r * r).sum((1, 2, 3), keepdim=True)
            p = torch.addcmul(r, new / power, p)
            power = new
        return x

    def ours() -> torch.Tensor:
        return cg(lambda x: diagonal * x, b, tol=0, max_steps=30).x

    torch.testing.assert_close(ours(), bare(), rtol=1e-4, atol=1e-4)
    return ratio(ours, bare, repeats=15)


class Identity(Denoiser):
    """Costs nothing."""

    def forward(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        """``x``."""
        return x


def plug_and_play() -> Row:
    y, kernel, _ = picture_and_kernel()
    noise, steps = 7.65 / 255, 8
    physics, model = BlurFFT(kernel, GaussianNoise(noise)), DPIR.deblurring(Identity())

    def bare() -> torch.Tensor:
        otf = torch.fft.rfft2(F.pad(kernel, (0, 487, 0, 487)).roll((-12, -12), (0, 1)))
        power = otf.abs().square()
        back = otf.conj() * torch.fft.rfft2(y)
        x = y
        for k in range(steps):
            sigma = (49 / 255) ** (1 - k / (steps - 1)) * noise ** (k / (steps - 1))
            rho = 0.23 * noise**2 / sigma**2
            x = torch.fft.irfft2((back + rho * torch.fft.rfft2(x)) / (power + rho), s=(512, 512))
        return x

    torch.testing.assert_close(model(y, physics), bare(), rtol=1e-3, atol=1e-3)
    return ratio(lambda: model(y, physics), bare, repeats=25)


def channels_last() -> Row:
    """The compact colour network as it runs, against the same layers on arrays with the channels first."""
    network = DRUNet(3, (16, 32, 64, 128), 2, residual=True).eval()
    plain = DRUNet(3, (16, 32, 64, 128), 2, residual=True).eval()
    plain.load_state_dict(network.state_dict())
    for parameter in plain.parameters():
        parameter.data = parameter.data.contiguous()
    x = torch.rand(1, 3, 448, 448, generator=torch.Generator().manual_seed(0))
    level = torch.full((1, 1, 448, 448), 0.1)

    def bare() -> torch.Tensor:
        x1 = plain.m_head(torch.cat([x, level], 1))
        x2 = plain.m_down1(x1)
        x3 = plain.m_down2(x2)
        x4 = plain.m_down3(x3)
        out = plain.m_up3(plain.m_body(x4) + x4)
        return x + plain.m_tail(plain.m_up1(plain.m_up2(out + x3) + x2) + x1)

    torch.testing.assert_close(network(x, 0.1), bare(), rtol=1e-3, atol=1e-4)
    return ratio(lambda: network(x, 0.1), bare, repeats=15)


# What is timed, how much longer than bare torch it may take, and how.
ROWS: list[tuple[str, float, Callable[[], Row]]] = [
    ("Blur 25x25 on 3x512x512, circular / cached FFT pair", 1.1, blur_circular),
    ("Blur 25x25 on 3x512x512, reflect / cached FFT pair", 1.6, blur_reflect),
    ("its l2 prox / closed form with cached OTF", 1.1, blur_prox),
    ("Downsampling x4, 29x29 on 3x512x512 / one strided convolution", 1.2, downsampling),
    ("30 CG steps on 8x3x256x256 / the loop written out", 1.1, conjugate_gradients),
    ("8 DPIR steps less the denoiser, 3x512x512 / the loop written out", 1.15, plug_and_play),
    ("DRUNet on 3x448x448, channels last / channels first", 0.8, channels_last),
    ("TV prox of 3x256x256 to a gap of 1e-3 / scikit-image's", 1.0, tv_prox),
]


def main() -> None:
    torch.set_num_threads(1)
    # The C library keeps freed memory for reuse once a block this large was freed; until then, every call pays for
    # fresh pages, which would be timed instead of the work.
    large = torch.zeros(31 * 2**18)
    del large
    print(f"{'':64} {'ratio':>6} {'at most':>8} {'ms':>9} {'bare ms':>9}")
    for name, limit, measure in ROWS:
        with torch.no_grad():
            value, ours, bare = measure()
        print(f"{name:64} {value:6.2f} {limit:8.2f} {ours:9.2f} {bare:9.2f}{'' if value <= limit else '  over'}")


if __name__ == "__main__":
    main()
