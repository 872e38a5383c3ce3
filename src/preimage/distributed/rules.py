"""Which operations of PyTorch are right on a tensor of which each process holds a part, and what they give.

Three kinds: what is computed entry by entry stays as it is shared; what moves dimensions moves the shared one along;
what is summed up over the shared dimension is the same number in every process, from partial results in the order of
ranks, so that it is the same in every run. Everything else is refused.
"""

from preimage.distributed.call import Call
from preimage.distributed.overrides import OVERRIDES
from preimage.distributed.reductions import REDUCTIONS
from preimage.distributed.shapes import SHAPES
from preimage.errors import CapabilityError

__all__ = ["Call", "answer"]

_ENTRYWISE = frozenset(
    """
    add sub subtract rsub mul multiply div divide true_divide truediv floordiv floor_divide remainder fmod mod pow neg
    negative pos positive abs absolute square sqrt rsqrt reciprocal exp expm1 log log1p log2 log10 sin cos tan tanh
    atan atan2 sinh cosh asinh erf erfc sigmoid relu softplus hypot lerp addcmul addcdiv where clamp clamp_min
    clamp_max clip maximum minimum fmax fmin sign sgn floor ceil round trunc frac real imag conj conj_physical
    resolve_conj resolve_neg angle polar complex view_as_real isfinite isnan isinf nan_to_num eq ne lt le gt ge
    logical_and logical_or logical_not logical_xor and or xor invert bitwise_not bitwise_and bitwise_or masked_fill
    lgamma digamma xlogy heaviside copysign float_power copy threshold softshrink leaky_relu
    """.split()  # noqa: SIM905
)
_LIKE_FIRST = frozenset(
    """
    to float double half bfloat16 cfloat cdouble type type_as clone detach contiguous requires_grad cpu cuda data
    zeros_like ones_like empty_like full_like zero fill alias
    """.split()  # noqa: SIM905
)
_TOLD = frozenset(
    """
    dtype device ndim dim ndimension stride layout len is_complex is_floating_point is_contiguous is_conj
    is_neg is_inference is_leaf requires_grad grad_fn element_size itemsize is_cuda is_cpu is_mps is_meta
    is_sparse is_quantized retain_grad retains_grad register_hook version output_nr get_device new_zeros new_ones
    new_full new_empty new_tensor is_nested is_same_size result_type promote_types storage_offset backward_hooks
    hash is_tensor is_storage
    """.split()  # noqa: SIM905
)


def answer(call: Call) -> tuple[object, object]:
    """What an operation gives, and how that is shared: ``None`` where every process has all of it.

    Raises:
        CapabilityError: the operation is not known to be right.
    """
    if call.func in OVERRIDES:
        return OVERRIDES[call.func](call)
    name = call.name
    if name in _TOLD or (name == "requires_grad" and not call.is_setter):
        return call.run(), None
    if name in _ENTRYWISE:
        return call.run(), call.broadcast_placement()
    if name in _LIKE_FIRST:
        return call.run(), call.first
    if name in SHAPES:
        return SHAPES[name](call)
    if name in REDUCTIONS:
        return REDUCTIONS[name](call)
    raise CapabilityError(
        f"`{name}` must be an operation that is known to be right on a sharded tensor, got one that is not; work on "
        "`x.local`, this process' part, or on `x.whole()`."
    )
