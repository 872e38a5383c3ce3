from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.solve.state import choose_samples, map_state, tensors_of, with_tensors


@dataclass(frozen=True)
class Inner:
    u: tuple[Tensor, ...] | None


@dataclass(frozen=True)
class Outer:
    x: Tensor
    inner: Inner
    k: int = 0


A = Outer(torch.tensor([1.0, 2.0]), Inner((torch.tensor([3.0, 4.0]), torch.tensor([5.0, 6.0]))), 1)
B = Outer(torch.tensor([10.0, 20.0]), Inner((torch.tensor([30.0, 40.0]), torch.tensor([50.0, 60.0]))), 2)


def test_tensors_are_found_in_the_order_of_the_fields() -> None:
    assert [tensor.tolist() for tensor in tensors_of(A)] == [[1, 2], [3, 4], [5, 6]]


def test_states_are_mapped_together_and_counters_are_the_last_one_s() -> None:
    total = map_state(torch.add, A, B)
    assert [tensor.tolist() for tensor in tensors_of(total)] == [[11, 22], [33, 44], [55, 66]]
    assert total.k == 2


def test_what_was_not_there_before_is_the_last_one_s() -> None:
    start = Outer(A.x, Inner(None))
    mixed = map_state(torch.sub, start, B)
    assert mixed.x.tolist() == [-9, -18]
    assert mixed.inner is not start.inner
    assert [tensor.tolist() for tensor in mixed.inner.u] == [[30, 40], [50, 60]]


def test_a_scalar_tensor_is_a_plain_value() -> None:
    assert map_state(torch.add, (torch.tensor(1.0),), (torch.tensor(2.0),)) == (torch.tensor(2.0),)


def test_tensors_are_put_back_where_they_were() -> None:
    assert with_tensors(A, tensors_of(B)).inner.u[1].tolist() == [50, 60]
    assert with_tensors(A, tensors_of(B)).k == 1


def test_samples_are_chosen_and_copied_only_where_both_are_wanted():
    new, old = torch.ones(2, 3), torch.zeros(2, 3)
    assert choose_samples(torch.tensor([True, True]), new, old) is new
    assert choose_samples(torch.tensor([False, False]), new, old) is old
    assert choose_samples(torch.tensor([False, True]), new, old).tolist() == [[0] * 3, [1] * 3]
