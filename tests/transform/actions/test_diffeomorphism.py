import pytest
import torch

from preimage.errors import ArgumentError
from preimage.transform import CPABDiffeomorphism, Resampling
from preimage.transform.actions.diffeomorphism import _affine_fields, _applied, _triangles
from tests.example import Example
from tests.transform.actions.test_homography import smooth

EXAMPLES = {
    CPABDiffeomorphism: [
        Example(lambda: CPABDiffeomorphism(2, steps=4), (3, 1, 6, 5), complex=True),
        Example(lambda: CPABDiffeomorphism(1, 0.2, 2), (2, 1, 2, 5, 4)),
    ],
}


def points(batch: int, n: int = 100, seed: int = 0) -> torch.Tensor:
    return torch.rand(batch, n, 2, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def velocity(fields: torch.Tensor, p: torch.Tensor, cells: int) -> torch.Tensor:
    return torch.stack([_applied(fields[i : i + 1], torch.tensor(0), _triangles(q, cells), q) for i, q in enumerate(p)])


def test_the_field_is_continuous_and_takes_its_values_at_the_vertices() -> None:
    """On both sides of every border between triangles, and at the vertices, which tell the field."""
    cells, drawn = 3, CPABDiffeomorphism().draw(2, torch.Generator().manual_seed(0))
    fields = _affine_fields(drawn, cells)

    def at(p: torch.Tensor) -> torch.Tensor:
        return velocity(fields, p, cells)

    start, direction = points(2), points(2, seed=1) - 0.5
    torch.testing.assert_close(at(start + 1e-9 * direction), at(start - 1e-9 * direction), rtol=0, atol=1e-7)
    edges = (start * 12).round() / 12  # borders of cells and diagonals, from both sides
    torch.testing.assert_close(at(edges + 1e-9 * direction), at(edges - 1e-9 * direction), rtol=0, atol=1e-7)
    centres = torch.tensor([[(c + 0.5) / 3, (r + 0.5) / 3] for r in range(3) for c in range(3)]).double()
    torch.testing.assert_close(at(centres.expand(2, -1, -1)), drawn[:, 4:])
    corners = torch.tensor([[c / 3, r / 3] for r in (1, 2) for c in (1, 2)]).double()
    torch.testing.assert_close(at(corners.expand(2, -1, -1)), drawn[:, :4])
    border = start.clone()
    border[:, :, 0] = border[:, :, 0].round()
    torch.testing.assert_close(at(border), torch.zeros_like(border))


def test_the_flow_solves_its_differential_equation() -> None:
    """Against the method of Heun with 1000 steps, to 1e-5 of the side."""
    transform = CPABDiffeomorphism(3, 0.1)
    drawn = transform.draw(2, torch.Generator().manual_seed(3))
    fields = _affine_fields(drawn, 3)
    slow, h = points(2), 1 / 1000
    for _ in range(1000):
        first = velocity(fields, slow, 3)
        ahead = slow + h * first
        slow = slow + h / 2 * (first + velocity(fields, ahead, 3))
    found = transform.flow(points(2), drawn)
    assert float((found - points(2)).abs().max()) > 0.05
    torch.testing.assert_close(found, slow, rtol=0, atol=1e-5)


def test_the_flow_back_is_the_inverse_and_the_flow_keeps_orientation() -> None:
    transform = CPABDiffeomorphism(4, 0.1)
    drawn = transform.draw(3, torch.Generator().manual_seed(1))
    there = transform.flow(points(3), drawn)
    torch.testing.assert_close(transform.flow(there, -drawn), points(3), rtol=0, atol=1e-5)
    right, down = torch.eye(2, dtype=torch.float64)[:, None, None] * 1e-7
    across, along = (transform.flow(points(3) + step, drawn) - there for step in (right, down))
    assert float((across[..., 0] * along[..., 1] - across[..., 1] * along[..., 0]).min()) > 1e-16
    border = points(3)
    border[..., 1] = border[..., 1].round()
    torch.testing.assert_close(transform.flow(border, drawn), border)


def test_the_inverse_gives_smooth_images_back() -> None:
    x = smooth(64, 81)
    transform = CPABDiffeomorphism(resampling=Resampling("bicubic"))
    params = transform.draw(2, torch.Generator().manual_seed(2))
    moved = transform.transform(x, params)
    assert float((moved - x).norm() / x.norm()) > 0.1
    assert float((transform.inverse(moved, params) - x).norm() / x.norm()) < 0.02


def test_what_is_refused() -> None:
    for wrong in ({"cells": 0}, {"steps": 0}, {"strength": -1.0}):
        with pytest.raises(ArgumentError):
            CPABDiffeomorphism(**wrong)
