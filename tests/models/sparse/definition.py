"""The models by definition: one dense matrix of similarities, every patch by its place, no shortcut.

Source: Lecouat, Ponce, Mairal 2020, equations 7 to 14, and the conventions of the authors' program.
"""

import torch

from preimage.models.sparse import SC, CentralizedSC, GroupSC, Search


def made(cls, channels=1, patch=3, atoms=7, n_steps=8, levels=(0.1,), search=Search(5, 3)):  # noqa: B008 it is frozen
    """A small model in float64 of whose parameters no two are equal, and none as it is at first."""
    last = search.patch_stride if cls is SC else search
    model = cls(channels, patch, atoms, n_steps, levels, last).double()
    rng = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            size = {"thresholds": 2.0, "scale": 2.0, "pulls": 5.0, "renewal": 10.0}.get(name, 1.0)
            parameter.mul_(size * (0.6 + 0.8 * torch.rand(parameter.shape, generator=rng, dtype=torch.float64)))
    return model


def images(*shape, seed=0):
    """Smooth images with a little noise, float64."""
    rng = torch.Generator().manual_seed(seed)
    coarse = torch.rand(*shape[:2], 3, 3, generator=rng, dtype=torch.float64)
    smooth = torch.nn.functional.interpolate(coarse, shape[-2:], mode="bilinear", align_corners=True)
    return smooth + 0.1 * torch.randn(shape, generator=rng, dtype=torch.float64)


def places(shape, size, stride):
    """Top left corners along each axis, the last flush with the border, and the pixels of each patch (n, size^2)."""
    corners = [sorted({*range(0, length - size + 1, stride), length - size}) for length in shape[-2:]]
    pixels = [
        [(r + i) * shape[-1] + c + j for i in range(size) for j in range(size)] for r in corners[0] for c in corners[1]
    ]
    return corners, torch.tensor(pixels)


def taken(image, pixels):
    """Patches (B, n, C size^2), channel by channel."""
    return image.flatten(2)[:, :, pixels].transpose(1, 2).flatten(2)


def averaged(patches, shape, pixels):
    """Each pixel the mean of the patches it is in."""
    values = patches.unflatten(-1, (shape[1], -1)).transpose(1, 2).flatten(2)
    total = patches.new_zeros(*shape[:2], shape[-2] * shape[-1]).index_add(2, pixels.flatten(), values)
    return (total / torch.bincount(pixels.flatten(), minlength=total.shape[-1])).reshape(shape)


def window_mask(corners, window):
    """[i, j] is one where patch i sees patch j: rows r - w // 2 to r + w // 2 - 1 for an even w, and so columns."""
    rows, columns = (torch.arange(len(c)) for c in corners)
    grid = torch.cartesian_prod(rows, columns)
    apart = grid[None] - grid[:, None]
    return ((apart >= -(window // 2)) & (apart <= window - window // 2 - 1)).all(-1)


def similarities(features, counts):
    """``Sigma[i, j]``, the whole matrix, by differences, and each entry as many times as ``counts`` says."""
    distance = (features[:, :, None] - features[:, None]).square().sum(-1)
    return counts * (-distance).exp()


def soft(u, t):
    return torch.relu(u - t) - torch.relu(-u - t)


def group(u, t, sigma):
    """Column sums, as in the authors' program."""
    size = (sigma.abs().sum(1) + 1e-12).sqrt()[..., None]
    return u * torch.relu(1 - t * size / (sigma.mT @ u.square() + 1e-8).sqrt())


def centralized(u, t, p, sigma):
    """The best of the points where the derivative of ``1/2 (v - u)^2 + t |v| + p |v - b|`` may vanish or jump."""
    b = sigma.mT @ u / (sigma.sum(1) + 1e-12)[..., None]
    zero = torch.zeros_like(u)
    candidates = torch.stack([b, zero, *(u + i * t + j * p for i in (-1, 1) for j in (-1, 1))])
    value = (candidates - u).square() / 2 + t * candidates.abs() + p * (candidates - b).abs()
    return candidates.gather(0, value.detach().argmin(0, keepdim=True))[0]


def thresholds_at(values, levels, level):
    """Of one image: linear between the levels, in proportion outside."""
    if level <= levels[0]:
        return values[0] * (level / levels[0])
    if level >= levels[-1]:
        return values[-1] * (level / levels[-1])
    k = next(k for k in range(1, len(levels)) if level <= levels[k])
    share = (level - levels[k - 1]) / (levels[k] - levels[k - 1])
    return (1 - share) * values[k - 1] + share * values[k]


def restored(model, y, level, mask=None):
    """``model.estimate`` for one level an image, with gradients."""
    y = y.to(model.encoder.dtype)
    corners, pixels = places(y.shape, model.patch, model.patch_stride)
    levels = [float(v) for v in model.levels.double()]

    def at(values, k):
        return torch.stack([thresholds_at(values, levels, float(v))[k] for v in level])[:, None]

    patches = taken(y, pixels)
    seen = torch.ones_like(patches) if mask is None else taken(mask.expand_as(y), pixels)
    means = (patches * seen).sum(-1, keepdim=True) / seen.sum(-1, keepdim=True).clamp_min(1)
    centred = (patches - means) * seen
    nonlocal_ = type(model) is not SC
    if nonlocal_:
        counts = window_mask(corners, max(1, model.search.window // model.patch_stride)).to(y)
        # A patch stands for those left out around it, but for itself only once.
        counts = torch.where(torch.eye(len(counts)) > 0, counts, model.patch_stride**2 * counts)

        def compared(values):
            weighted = values * model.scale
            if mask is not None:
                weighted = sum(weighted.split(model.patch**2, -1))
            return similarities(weighted, counts)

        sigma = compared(centred)

    def prox(u, k):
        if isinstance(model, GroupSC):
            return group(u, at(model.thresholds, k), sigma)
        if isinstance(model, CentralizedSC):
            return centralized(u, at(model.thresholds, k), at(model.pulls, k), sigma)
        return soft(u, at(model.thresholds, k))

    codes = prox(centred @ model.encoder, 0)
    for k in range(model.n_steps - 1):
        if nonlocal_ and k > 0 and k % model.search.refresh == 0:
            image = averaged(codes @ model.output.T + means, y.shape, pixels)
            share = torch.sigmoid(model.mix)
            sigma = (1 - share) * sigma + share * compared(taken(image, pixels) - means)
        if nonlocal_ and model.search.renew and k > 0 and k % model.search.renew == 0:
            fresh = taken(averaged(codes @ model.output.T, y.shape, pixels), pixels) * seen
            centred = (1 - model.renewal) * centred + model.renewal * fresh
        codes = prox(codes + (seen * (centred - codes @ model.dictionary.T)) @ model.encoder, k + 1)
    return averaged(codes @ model.output.T + means, y.shape, pixels)
