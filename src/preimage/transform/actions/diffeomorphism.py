"""Smooth deformations: flows of continuous piecewise-affine velocity fields."""

import torch
from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_count, check_level
from preimage._shapes import check_image
from preimage.transform.actions.base import InvertibleTransform, uniforms
from preimage.transform.actions.resample import Resampling, pixel_grid

__all__ = ["CPABDiffeomorphism"]

_INNER = 8  # steps of Runge and Kutta for points that leave their triangle in a step


class CPABDiffeomorphism(InvertibleTransform):
    r"""``(T x)(u) = x(phi^-1(u))`` with the flow ``phi`` of a random velocity field for one unit of time.

    The field is affine on triangles, four to each of ``cells x cells`` rectangles, continuous, and zero at the border
    of the image, which the flow maps onto itself invertibly. The inverse is the flow of the field reversed. Inside a
    triangle a step is a matrix exponential; a step that leaves it is one of Runge and Kutta. Points are found to about
    1e-5 of the side with the defaults; images are interpolated.

    The parameters (B, vertices, 2) are the velocities at the vertices inside, independent and normal, in parts of the
    sides.

    Args:
        cells: rectangles along each side, >= 1.
        strength: the standard deviation of velocities, in parts of the sides, >= 0.
        steps: steps in time, >= 1.
        resampling: how images are interpolated and continued; bilinear and reflected by default.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Freifeld, Hauberg, Batmanghelich, Fisher, "Transformations based on continuous piecewise-affine velocity
    fields", TPAMI 2017. Velocities at vertices in place of a basis of their constraints are ours.
    """

    def __init__(
        self, cells: int = 3, strength: float = 0.05, steps: int = 16, resampling: Resampling | None = None
    ) -> None:
        super().__init__()
        check_count("cells", cells, "see the default")
        check_count("steps", steps, "see the default")
        check_level("strength", strength, "give a part of the sides", zero=True)
        self.cells = cells
        self.strength = strength
        self.steps = steps
        self.resampling = Resampling() if resampling is None else resampling

    @override
    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        count = (self.cells - 1) ** 2 + self.cells**2
        drawn = uniforms(batch, 2 * count, rng).clamp(2**-53, 1 - 2**-53)
        return self.strength * torch.special.ndtri(drawn).reshape(batch, count, 2)

    @override
    def transform(self, x: Tensor, params: Tensor) -> Tensor:
        return self._sampled(x, -params)

    @override
    def inverse(self, x: Tensor, params: Tensor) -> Tensor:
        return self._sampled(x, params)

    def flow(self, points: Tensor, velocities: Tensor) -> Tensor:
        """Where ``points`` are after one unit of time.

        Args:
            points: horizontal and vertical positions (B, N, 2) in [0, 1].
            velocities: the parameters, (B, vertices, 2).
        """
        fields = _affine_fields(velocities.to(points), self.cells)
        step = torch.zeros(*fields.shape[:2], 3, 3, dtype=points.dtype, device=points.device)
        step[..., :2, :] = fields / self.steps
        exponentials = torch.linalg.matrix_exp(step)[..., :2, :]
        image = torch.arange(len(points), device=points.device)[:, None].expand(points.shape[:2]).flatten()
        now = points.reshape(-1, 2)
        for _ in range(self.steps):
            triangle = _triangles(now, self.cells)
            moved = _applied(exponentials, image, triangle, now)
            leaving = (_triangles(moved, self.cells) != triangle).nonzero()[:, 0]
            moved[leaving] = self._across(now[leaving], fields, image[leaving])
            now = moved.clamp_(0, 1)
        return now.reshape(points.shape)

    def _across(self, points: Tensor, fields: Tensor, image: Tensor) -> Tensor:
        """A step in time of points that change their triangle."""
        h = 1 / (self.steps * _INNER)

        def velocity(at: Tensor) -> Tensor:
            return _applied(fields, image, _triangles(at, self.cells), at)

        for _ in range(_INNER):
            a = velocity(points)
            b = velocity(points + h / 2 * a)
            c = velocity(points + h / 2 * b)
            d = velocity(points + h * c)
            points = points + h / 6 * (a + 2 * b + 2 * c + d)
        return points

    def _sampled(self, x: Tensor, velocities: Tensor) -> Tensor:
        check_image(x)
        height, width = x.shape[-2:]
        sides = torch.tensor([width, height], dtype=torch.float64, device=x.device)
        at = ((pixel_grid(x) + 0.5) / sides).reshape(1, -1, 2).expand(len(velocities), -1, -1)
        points = self.flow(at, velocities).reshape(-1, height, width, 2) * sides - 0.5
        return self.resampling.sample(x, points.expand(len(x), -1, -1, -1))


def _triangles(points: Tensor, cells: int) -> Tensor:
    """The number of the triangle that each point is in: ``4 (row * cells + column) + side``."""
    place = (points * cells).floor().clamp(0, cells - 1)
    right, down = (points * cells - place - 0.5).unbind(-1)
    # Sides: right, left, below, above.
    beside = right.abs() >= down.abs()
    side = torch.where(beside, (right < 0).long(), 2 + (down < 0).long())
    column, row = place.long().unbind(-1)
    return 4 * (row * cells + column) + side


def _affine_fields(velocities: Tensor, cells: int) -> Tensor:
    """The field ``v(p) = F [p; 1]`` on each triangle: matrices (B, triangles, 2, 3)."""
    batch = len(velocities)
    inside = (cells - 1) ** 2
    corners = velocities.new_zeros(batch, cells + 1, cells + 1, 2)
    corners[:, 1:-1, 1:-1] = velocities[:, :inside].reshape(batch, cells - 1, cells - 1, 2)
    values = torch.cat([corners.flatten(1, 2), velocities[:, inside:]], 1)
    places, vertices = _mesh(cells)
    solved = torch.linalg.inv(torch.cat([places, torch.ones_like(places[..., :1])], -1)).to(velocities)
    return (solved @ values[:, vertices.to(values.device)]).mT


def _mesh(cells: int) -> tuple[Tensor, Tensor]:
    """Positions (triangles, 3, 2) and numbers (triangles, 3) of the vertices; corners are numbered before centres."""
    places, numbers = [], []
    for row in range(cells):
        for column in range(cells):
            centre = (cells + 1) ** 2 + row * cells + column
            ends = [((0, 1), (1, 1)), ((0, 0), (1, 0)), ((1, 0), (1, 1)), ((0, 0), (0, 1))]  # (row, column) of corners
            for (r0, c0), (r1, c1) in ends:
                numbers.append([(row + r0) * (cells + 1) + column + c0, (row + r1) * (cells + 1) + column + c1, centre])
                places.append([[column + c0, row + r0], [column + c1, row + r1], [column + 0.5, row + 0.5]])
    return torch.tensor(places, dtype=torch.float64) / cells, torch.tensor(numbers)


def _applied(fields: Tensor, image: Tensor, triangle: Tensor, points: Tensor) -> Tensor:
    """``F [p; 1]`` with the matrix of each point's image and triangle."""
    chosen = fields[image, triangle]
    return (chosen[..., :2] @ points[..., None])[..., 0] + chosen[..., 2]
