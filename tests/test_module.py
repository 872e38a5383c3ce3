import copy
import inspect
import io
import pickle

import pytest
import torch
from torch import Tensor, nn

from preimage._module import Module
from preimage.errors import FieldError


class Gain(Module):
    def __init__(self, gain: float | Tensor = 2.0, label: str = "a") -> None:
        super().__init__()
        self.gain = gain
        self.label = label
        self._square = torch.as_tensor(gain) ** 2

    def derive(self) -> dict[str, Tensor]:
        return {"_square": torch.as_tensor(self.gain) ** 2}


class Pair(Module):
    def __init__(self, first: Gain, second: Gain, offset: float = 0.0) -> None:
        super().__init__()
        self.first = first
        self.second = second
        self.offset = offset


class Chain(Module):
    def __init__(self, parts: list[Module]) -> None:
        super().__init__()
        self.parts = parts


class Both(Module):
    def __init__(self, measurement: tuple) -> None:
        super().__init__()
        self.measurement = measurement


class Wrapper(Module):
    def __init__(self, inner: Gain, weight: Tensor | None = None) -> None:
        super().__init__()
        self.inner = inner
        self.weight = weight


def test_fields_are_the_constructors_arguments() -> None:
    assert Gain(3.0).fields() == {"gain": 3.0, "label": "a"}
    assert repr(Gain(torch.ones(2, 3))) == "Gain(gain=tensor(2, 3), label='a')"


def test_replace_makes_another_object_and_shares_the_rest() -> None:
    kernel = torch.rand(3)
    first = Gain(kernel, "b")
    second = first.replace(label="c")
    assert (first.label, second.label) == ("b", "c")
    assert second.gain is kernel
    torch.testing.assert_close(first.replace(gain=torch.tensor(3.0))._square, torch.tensor(9.0))


def test_fields_are_sealed() -> None:
    value = Gain()
    with pytest.raises(AttributeError, match=r"Gain.gain is fixed .*replace\(gain=...\)"):
        value.gain = 3.0
    copied = copy.deepcopy(value)
    with pytest.raises(AttributeError, match="is fixed"):
        copied.gain = 3.0


def test_names_are_looked_up_in_the_parts() -> None:
    wrapped = Wrapper(Gain(1.0))
    assert wrapped.replace(gain=5.0).inner.gain == 5.0
    assert wrapped.inner.gain == 1.0
    nested = Wrapper(wrapped)  # type: ignore[arg-type]
    assert nested.replace(gain=7.0).inner.inner.gain == 7.0  # type: ignore[union-attr]
    chain = Chain([Gain(1.0), Chain([Wrapper(Gain(2.0), torch.ones(1))])])
    both = chain.replace(weight=torch.zeros(1)).parts[1].replace(gain=4.0, weight=torch.ones(1))  # type: ignore[operator]
    assert (both.parts[0].inner.gain, both.parts[0].weight.item()) == (4.0, 1.0)


@pytest.mark.parametrize("value", [Pair(Gain(), Gain()), Chain([Gain(), Gain()])])
def test_ambiguous_and_unknown_names_are_told_with_the_fields(value: Module) -> None:
    with pytest.raises(FieldError, match="`gain` must be one field of"):
        value.replace(gain=1.0)
    with pytest.raises(TypeError, match=r"`sigma` .* fits none; fields: .*gain, label"):
        value.replace(sigma=1.0)


def test_constructors_must_name_their_arguments() -> None:
    class Loose(Module):
        def __init__(self, **options: float) -> None:
            super().__init__()

    with pytest.raises(FieldError, match="must name its arguments"):
        Loose().fields()


def test_tensors_are_state_and_derived_ones_are_not() -> None:
    value = Gain(torch.tensor([1.0, 2.0]))
    assert list(value.state_dict()) == ["gain"]
    assert not list(value.parameters())
    learnable = value.replace(gain=nn.Parameter(torch.ones(2)))
    assert [name for name, _ in learnable.named_parameters()] == ["gain"]


def test_derived_tensors_follow_the_fields() -> None:
    third = torch.tensor(1 / 3, dtype=torch.float64)
    value = Wrapper(Gain(third))
    loaded = Wrapper(Gain(torch.zeros((), dtype=torch.float64)))
    loaded.load_state_dict(value.state_dict())
    assert loaded.inner._square == third**2
    # Down and up again: the square is that of the rounded field, not a rounded square.
    there = value.to(torch.float32).to(torch.float64)
    assert there.inner._square == there.inner.gain**2


def test_a_conversion_does_not_call_the_constructor() -> None:
    made = []

    class Counted(Gain):
        def __init__(self, gain: Tensor) -> None:
            super().__init__(gain)
            made.append(gain)

    value = Counted(torch.ones(2))
    value.double().load_state_dict(value.state_dict())
    assert len(made) == 1
    assert value._square.dtype == torch.float64


def test_tensors_in_tuples_are_converted() -> None:
    value = Both((torch.ones(2), (torch.ones(1) + 2j, None))).double()
    first, (second, third) = value.measurement
    assert (first.dtype, second.dtype, second.item(), third) == (torch.float64, torch.complex128, 1 + 2j, None)


def test_complex_fields_stay_complex_when_precision_changes() -> None:
    value = Gain(torch.tensor([1 + 2j]))
    assert value.to(torch.float64).gain.dtype == torch.complex128  # type: ignore[union-attr]
    assert value.gain.item() == 1 + 2j  # type: ignore[union-attr]
    assert value.float().gain.dtype == torch.complex64  # type: ignore[union-attr]


def test_copies() -> None:
    value = Pair(Gain(torch.rand(3)), Gain(4.0), 0.5)
    buffer = io.BytesIO()
    torch.save(value, buffer)
    buffer.seek(0)
    for copied in (copy.deepcopy(value), pickle.loads(pickle.dumps(value)), torch.load(buffer, weights_only=False)):
        assert torch.equal(copied.first.gain, value.first.gain)
        assert (copied.second.gain, copied.offset) == (4.0, 0.5)
        assert copied.replace(offset=1.0).offset == 1.0


def test_vmap_over_replace() -> None:
    gains = torch.rand(4, 3)
    squares = torch.func.vmap(lambda gain: Wrapper(Gain(gain)).replace(gain=2 * gain).inner._square)(gains)
    torch.testing.assert_close(squares, (2 * gains) ** 2)


def test_gradients_flow_to_fields() -> None:
    gain = torch.tensor(3.0, requires_grad=True)
    (slope,) = torch.autograd.grad(Gain().replace(gain=gain)._square, gain)
    assert slope == 6


class Net(Module):
    def __init__(self, width: int = 3, gain: float = 1.0, inner: nn.Module | None = None) -> None:
        super().__init__()
        self.width = width
        self.gain = gain
        self.inner = inner
        self.body = nn.Linear(2, width)
        self.mean = torch.zeros(width)


def test_replace_shares_what_was_learned_and_leaves_the_random_state() -> None:
    net = Net(inner=nn.Dropout())
    net.mean.fill_(7)
    net.body.eval()
    net.inner.eval()
    state = torch.get_rng_state()
    other = net.replace(gain=2.0)
    assert torch.equal(torch.get_rng_state(), state)
    assert (other.gain, other.body.weight is net.body.weight, other.mean is net.mean) == (2.0, True, True)
    assert (other.training, other.body.training, other.inner is net.inner) == (True, False, True)
    assert not other.inner.training


def test_a_part_that_is_a_field_is_replaced_with_its_parameters() -> None:
    net = Wrapper(Net())  # type: ignore[arg-type]
    other = net.replace(inner=Net())
    assert other.inner.body.weight is not net.inner.body.weight
    assert net.replace(gain=3.0).inner.body.weight is net.inner.body.weight


def test_a_field_that_shapes_what_was_learned_cannot_be_replaced() -> None:
    with pytest.raises(FieldError, match="`width` must suit what Net has learned"):
        Net().replace(width=4)


def test_derived_parts_follow_the_fields() -> None:
    class Derived(Module):
        def __init__(self, gain: Tensor) -> None:
            super().__init__()
            self.gain = gain
            self._part = Gain(2 * gain)

    assert Derived(torch.ones(1)).replace(gain=torch.full((1,), 3.0))._part.gain == 6


def test_its_signature_is_that_of_its_constructor() -> None:
    from preimage.physics import GaussianNoise

    assert list(inspect.signature(GaussianNoise).parameters) == ["sigma"]
