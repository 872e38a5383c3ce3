import pytest
import torch
import torch.nn.functional as F

from preimage.errors import CapabilityError
from preimage.models import ResidualUSRNet, USRNet
from preimage.optim.unrolled import Checkpointed
from preimage.physics import Blur, Decolorize, Downsampling, GaussianNoise, PoissonNoise
from tests.example import Example
from tests.models.problems import made, normal

EXAMPLES = {
    ResidualUSRNet: [Example(lambda: ResidualUSRNet(3, (4, 4, 4, 4), 1, 2))],
    USRNet: [Example(lambda: USRNet(3, (4, 4, 4, 4), 1, 2, 4))],
}


TINY = {"widths": (16, 32, 64, 64), "n_steps": 6, "hidden": 32}


def tiny(channels=3, **more):
    return made(lambda: USRNet(channels, (4, 4, 8, 8), 1, 3, 5, **more))


def count(module):
    return sum(parameter.numel() for parameter in module.parameters())


def test_published_sizes():
    with torch.device("meta"):
        model, small = USRNet(), USRNet(**TINY)
    assert (count(model.p), count(model.h), count(model)) == (17_010_624, 5_392, 17_016_016)
    assert count(small) == 590_332


def test_published_layer_names():
    with torch.device("meta"):
        names = set(USRNet().state_dict())
    assert {"p.m_head.weight", "p.m_down1.0.res.0.weight", "p.m_down1.1.res.2.weight", "p.m_down1.2.weight"} <= names
    assert {"p.m_body.1.res.2.weight", "p.m_up3.0.weight", "p.m_up1.2.res.0.weight", "p.m_tail.weight"} <= names
    assert {n for n in names if n.startswith("h")} == {f"h.mlp.{i}.{p}" for i in (0, 2, 4) for p in ("weight", "bias")}


def fft_data_step(y, x, kernel, factor, alpha):
    """The closed form of Zhao et al. with spectra of the whole image, all aliases side by side."""
    height, width = x.shape[-2:]
    padded = F.pad(kernel, (0, width - kernel.shape[1], 0, height - kernel.shape[0]))
    spectrum = torch.fft.fft2(padded.roll((-(kernel.shape[0] // 2), -(kernel.shape[1] // 2)), (0, 1)))
    with_zeros = torch.zeros_like(x)
    with_zeros[..., ::factor, ::factor] = y
    right = spectrum.conj() * torch.fft.fft2(with_zeros) + alpha * torch.fft.fft2(x)

    def aliases(values):
        blocks = [values[..., i * height // factor : (i + 1) * height // factor, :] for i in range(factor)]
        parts = [b[..., j * width // factor : (j + 1) * width // factor] for b in blocks for j in range(factor)]
        return sum(parts) / factor**2

    ratio = aliases(spectrum * right) / (aliases(spectrum.abs() ** 2) + alpha)
    return torch.fft.ifft2((right - spectrum.conj() * ratio.repeat(1, 1, factor, factor)) / alpha).real


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_it_is_the_published_formulas_written_out(factor):
    sigma = torch.tensor([0.02, 0.1], dtype=torch.float64)
    kernel = torch.rand(5, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    kernel = kernel / kernel.sum()
    noise = GaussianNoise(sigma)
    physics = Blur(kernel, "circular", noise=noise) if factor == 1 else Downsampling(kernel, factor, noise=noise)
    y, model = normal(2, 3, 6, 8), tiny()
    x = y.repeat_interleave(factor, -1).repeat_interleave(factor, -2)
    hidden = torch.stack([sigma, torch.full((2,), factor, dtype=torch.float64)], 1)[..., None, None]
    numbers = F.softplus(model.h.mlp[4](F.relu(model.h.mlp[2](F.relu(model.h.mlp[0](hidden)))))) + 1e-6
    for k in range(3):
        x = fft_data_step(y, x, kernel, factor, numbers[:, k, None])
        level = numbers[:, 3 + k, None].expand(2, 1, *x.shape[-2:])
        x = without_level(model.p, torch.cat([x, level], 1))
    torch.testing.assert_close(model(y, physics), x, rtol=1e-9, atol=1e-10)


def without_level(network, x):
    """The ResUNet on its four input channels, layer by layer."""
    height, width = x.shape[-2:]
    x1 = network.m_head(F.pad(x, (0, -width % 8, 0, -height % 8), mode="replicate"))
    x2 = network.m_down1(x1)
    x3 = network.m_down2(x2)
    x4 = network.m_down3(x3)
    up = network.m_up3(network.m_body(x4) + x4)
    up = network.m_up1(network.m_up2(up + x3) + x2)
    return network.m_tail(up + x1)[..., :height, :width]


def test_a_border_without_closed_form_and_a_mask_of_valid_pixels():
    kernel = torch.ones(3, 3, dtype=torch.float64) / 9
    for padding, size in (("reflect", 8), ("valid", 6)):
        assert tiny(1)(normal(1, 1, size, size), Blur(kernel, padding)).shape == (1, 1, 8, 8)


def test_checkpointed_gradients_reach_the_hyper_parameters():
    physics = Downsampling(torch.ones(2, 2, dtype=torch.float64) / 4, 2, noise=GaussianNoise(0.1))
    y, gradients = normal(1, 1, 4, 4), []
    for rule in (None, Checkpointed()):
        model = tiny(1, gradient=rule)
        gradients.append(torch.autograd.grad(model(y, physics).square().sum(), list(model.parameters())))
    assert all(torch.equal(a, b) for a, b in zip(*gradients, strict=True))
    assert sum(bool(g.ne(0).any()) for g in gradients[0]) == len(gradients[0])


def test_what_it_cannot_do():
    with pytest.raises(CapabilityError, match="PoissonNoise"):
        tiny(1)(normal(1, 1, 4, 4), Downsampling(torch.ones(1, 1), 2, noise=PoissonNoise()))
    with pytest.raises(CapabilityError, match="grid of its own"):
        tiny(1)(normal(1, 1, 4, 4), Decolorize())


def test_a_residual_prior_adds_to_what_it_is_shown_and_half_precision_stays_inside():
    physics = Downsampling(torch.ones(2, 2) / 4, 2, noise=GaussianNoise(0.1))
    y = torch.rand(2, 3, 6, 8, generator=torch.Generator().manual_seed(0))
    whole, half = (
        made(lambda half=half: ResidualUSRNet(3, (4, 4, 8, 8), 1, 1, half)).float() for half in (False, True)
    )
    x = whole(y, physics)
    for parameter in whole.p.parameters():
        parameter.data *= 0
    z = whole(y, physics)  # the data step alone
    assert float((physics.A(z) - y).detach().abs().max()) < 0.5
    assert not torch.equal(x, z)
    assert half(y, physics).dtype == torch.float32
    assert not torch.equal(half(y, physics), x)
    torch.testing.assert_close(half(y, physics), x, atol=0.05, rtol=0)
