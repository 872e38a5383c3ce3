import torch

from preimage.sampling.conditional import AdamState, adam_step


def test_two_steps_are_those_of_the_formula() -> None:
    first, second = torch.tensor([[1.0, -2.0]]), torch.tensor([[3.0, 1.0]])
    state = adam_step(AdamState.at(torch.zeros(1, 2)), first, 0.1)
    torch.testing.assert_close(state.x, -0.1 * first.sign())
    state = adam_step(state, second, 0.1)
    mean = (0.09 * first + 0.1 * second) / (1 - 0.81)
    power = (0.0099 * first.square() + 0.01 * second.square()) / (1 - 0.99**2)
    torch.testing.assert_close(state.x, -0.1 * first.sign() - 0.1 * mean / power.sqrt())


def test_complex_numbers_keep_their_direction() -> None:
    state = adam_step(AdamState.at(torch.zeros(1, 1, dtype=torch.complex64)), torch.tensor([[3.0 + 4.0j]]), 0.5)
    torch.testing.assert_close(state.x, torch.tensor([[-0.3 - 0.4j]]))
