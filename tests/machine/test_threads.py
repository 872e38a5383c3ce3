import threading

import pytest
import torch

from preimage.machine.threads import side_by_side
from tests.models.problems import normal

CPU = torch.device("cpu")


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_pieces_run_at_the_same_time_on_one_thread_each_and_in_order():
    both = threading.Barrier(2, timeout=5)  # breaks unless two wait for each other

    def piece(number):
        both.wait()
        return torch.tensor([number, torch.get_num_threads()])

    with torch.no_grad(), side_by_side(CPU) as each:
        found = list(each(piece, range(4)))
    assert torch.equal(torch.stack(found), torch.tensor([[0, 1], [1, 1], [2, 1], [3, 1]]))


@pytest.mark.usefixtures("two_threads")
def test_nothing_is_recorded_and_the_number_of_threads_comes_back():
    x = normal(3).requires_grad_()
    with torch.no_grad(), side_by_side(CPU) as each:
        assert not any(y.requires_grad for y in each(lambda k: k * x, range(3)))
    seen = []
    other = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    other.start()
    other.join()
    assert (torch.get_num_threads(), seen) == (2, [2])


@pytest.mark.usefixtures("two_threads")
def test_an_error_of_a_piece_is_raised_and_the_number_of_threads_comes_back():
    with torch.no_grad(), pytest.raises(ZeroDivisionError), side_by_side(CPU) as each:
        list(each(lambda k: torch.ones(1) * (1 / k), range(3)))
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_pieces_inherit_whether_gradients_are_recorded():
    x = normal(3).requires_grad_()
    with side_by_side(CPU) as each:
        assert all(y.requires_grad for y in each(lambda k: k * x, range(3)))


@pytest.mark.usefixtures("two_threads")
def test_one_piece_at_a_time_stays_in_the_thread_and_has_all_of_them():
    with side_by_side(CPU, 1) as each:
        assert (
            list(each(lambda k: (threading.get_ident(), torch.get_num_threads()), range(2)))
            == [(threading.get_ident(), 2)] * 2
        )


def test_threads_are_shared_out():
    before = torch.get_num_threads()
    torch.set_num_threads(5)
    try:
        with side_by_side(CPU, 2) as each:
            assert list(each(lambda k: torch.get_num_threads(), range(3))) == [2] * 3
    finally:
        torch.set_num_threads(before)
