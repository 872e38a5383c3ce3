"""Loops compiled to machine code, where the extra ``fast`` is installed."""

import functools
import gc
import importlib
import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any, cast

import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.nn import Parameter

__all__ = ["can_compile", "compiled", "is_recorded", "may_overwrite"]

# Sums may be taken in another order and products fused; infinities and NaN stay what they are.
_ARITHMETIC = {"contract", "reassoc", "nsz", "arcp"}
_KINDS, _PRECISIONS = (Tensor, Parameter), (torch.float32, torch.float64)


def can_compile(x: Tensor, *others: Tensor) -> bool:
    """Whether compiled loops may work on ``x``: a real float32 or float64 tensor on a CPU, numba being installed.

    They see memory, not operations: nothing that is recorded for a gradient or traced may go through them, and no
    subclass of tensors, whose operations are its own.
    The environment variable ``PREIMAGE_COMPILE=0`` turns them off.

    Args:
        x: what they would work on.
        others: the same together with it: they must be of its precision, too.
    """
    return (
        x.dtype in _PRECISIONS
        and not torch.compiler.is_compiling()  # first: a trace ends at some of the other questions
        and not is_transformed()
        and _is_plain(x)
        and all(other.dtype == x.dtype and _is_plain(other) for other in others)
        and ("PREIMAGE_COMPILE" not in os.environ or os.environ["PREIMAGE_COMPILE"] != "0")
        and has_compiler()
    )


def _is_plain(x: Tensor) -> bool:
    """Whether the memory of ``x`` tells all of it, and what is done with it is not recorded."""
    return (
        type(x) in _KINDS
        and x.is_cpu
        and not (x.requires_grad and torch.is_grad_enabled())
        and not x.is_neg()  # of a conjugate's imaginary part, whose memory has the other sign
    )


def is_transformed() -> bool:
    """Whether derivatives are carried forward, or a transform of ``torch.func`` is at work: loops would not see it."""
    return forward_ad._current_level >= 0 or torch._C._functorch.peek_interpreter_stack() is not None  # pyright: ignore


def is_recorded(*tensors: Tensor) -> bool:
    """Whether what is done with ``tensors`` is recorded or traced: then nothing may be done in place, or left out."""
    if torch.compiler.is_compiling() or is_transformed():
        return True
    return torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors)


def may_overwrite(result: Tensor, *sources: Tensor) -> bool:
    """Whether ``result``, computed from ``sources``, may be written over: none of them looks at its memory.

    It may not where what is done is recorded or traced, where it is a view of a source, or a part of something larger.
    """
    if type(result) is not Tensor or is_recorded(result, *sources):
        return False
    memory = result.untyped_storage()
    is_whole = result.numel() * result.element_size() == memory.nbytes() and 0 not in result.stride()
    return is_whole and all(memory.data_ptr() != source.untyped_storage().data_ptr() for source in sources)


@functools.cache
def has_compiler() -> bool:
    """Whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


@functools.cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, loops over NumPy arrays, compiled by numba when it is first called.

    The machine code is kept on disk beside the source, or where that cannot be written in the user's cache folder (the
    environment variable ``NUMBA_CACHE_DIR`` names another), so that later processes do not compile. While it runs
    other threads run, too.

    Functions of its own file that it calls are compiled with it. A kept function is compiled anew when its file
    changes, but not when another does, so that it may not call those of others.

    Each precision and each layout of an argument is compiled on its own, so give contiguous arrays; and a function that
    calls another is compiled along with all of that once more. To assign an array to a slice takes 3 s to compile, a
    loop over its numbers some hundredths.
    """
    options = {"fastmath": _ARITHMETIC, "nogil": True, "error_model": "numpy"}
    linked = _with_helpers(function)
    with _without_collection():
        numba = _numba()
        try:
            loops = cast(Any, numba.njit(cache=True, **options)(linked))
        except RuntimeError:  # no folder can be written
            loops = cast(Any, numba.njit(**options)(linked))
    loops.compile = _without_collection()(loops.compile)  # which also starts numba, and reads what is kept
    return loops


@functools.cache
def _numba() -> Any:
    """numba, ready to compile loops."""
    numba = importlib.import_module("numba")
    with _without_scipy():
        importlib.import_module("numba.np.arraymath")
    return numba


@contextmanager
def _without_scipy() -> Iterator[None]:
    """Where SciPy is there, numba is told so, and does not import it (a third of its start) to see.

    Loops here multiply none; functions that do ask again.
    """
    try:
        algebra = cast(Any, importlib.import_module("numba.np.linalg"))
        ask = algebra.ensure_blas
    except (ImportError, AttributeError):  # in a version to come
        yield
        return
    try:
        if importlib.util.find_spec("scipy") is not None:
            algebra.ensure_blas = lambda: None
        yield
    finally:
        algebra.ensure_blas = ask


@contextmanager
def _without_collection() -> Iterator[None]:
    """Meanwhile nobody looks for garbage in cycles: numba makes many objects that stay, and takes a tenth less time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _with_helpers(function: Callable[..., Any]) -> FunctionType:
    """``function``, in which the names of functions of its own file stand for these compiled."""
    assert isinstance(function, FunctionType)
    known = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    helpers = {
        name: compiled(value)
        for name, value in known.items()
        if isinstance(value, FunctionType) and value.__module__ == function.__module__
    }
    return FunctionType(function.__code__, {**function.__globals__, **helpers}, function.__name__)
