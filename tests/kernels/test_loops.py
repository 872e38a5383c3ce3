"""What makes loops slow to compile, in all files of loops."""

import ast
from pathlib import Path

import pytest
import torch

import preimage
from preimage.kernels.mosaic import fill_mosaic, pick_mosaic
from preimage.kernels.mosaic_loops import fill, pick
from preimage.kernels.pointwise.change import change_and_size
from preimage.kernels.pointwise.change_loops import norms_of_rows
from preimage.kernels.pointwise.counts import poisson_grad
from preimage.kernels.pointwise.counts_loops import write_grad
from preimage.kernels.ssim_loops import mean_similarity, ssim_of_planes
from preimage.machine.compiler import compiled, has_compiler

LOOPS = sorted((Path(preimage.__file__).parent / "kernels").rglob("*_loops.py"))


def slices_written(source):
    """Lines of functions of loops that assign other than a number to a slice: numba takes 3 s for its error message."""
    for function in ast.parse(source).body:
        if not isinstance(function, ast.FunctionDef) or _is_python(function):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant):
                targets = [part for target in node.targets for part in ast.walk(target)]
                if any(isinstance(target, ast.Subscript) and _has_slice(target) for target in targets):
                    yield node.lineno


def _is_python(function):
    """Whether it works with tensors or calls compiled functions, and so is not one."""
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return bool(names & {"Tensor", "torch", "compiled"})


def _has_slice(target):
    parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
    return any(isinstance(part, ast.Slice) for part in parts)


@pytest.mark.parametrize("path", LOOPS, ids=lambda path: path.stem)
def test_no_loop_assigns_an_array_to_a_slice(path):
    assert list(slices_written(path.read_text())) == []


def test_such_an_assignment_is_found():
    assert list(slices_written("def f(a, b):\n    a[0, 1:] = b\n    a[1:] = 0\n    a[0] = b[0]")) == [2]


@pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
def test_loops_are_compiled_for_one_layout_alone():
    """Two signatures, one for each precision, whatever the strides."""
    for dtype in (torch.float32, torch.float64):
        x, gain = torch.rand(3, 3, 14, 16, dtype=dtype), torch.ones(1, 1, 1, 1, dtype=dtype)
        for image in (x, x.transpose(2, 3), x[:, :, ::2].transpose(0, 1), x[:1].expand(3, 3, 14, 16)):
            change_and_size(image, image + 1)
            poisson_grad(image, image + 1, gain.expand(3, 1, 1, 1), gain)
            ssim_of_planes(image, image, [0.5, 0.5], 0.1, 0.1)
            fill_mosaic(pick_mosaic(image, (0, 1, 1, 2)).transpose(2, 3), (0, 1, 1, 2), 3)
    for loop in (norms_of_rows, write_grad, mean_similarity, fill, pick):
        assert len(compiled(loop).signatures) <= 2
