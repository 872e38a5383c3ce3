import pytest
import torch
from torch import nn

from preimage.errors import ArgumentError
from preimage.models.dip.networks.decoder import Decoder, require_counts


def decoder(bounded: bool) -> Decoder:
    return Decoder(
        2, 2, [nn.Upsample(scale_factor=2), nn.Upsample(scale_factor=2), nn.Identity()], nn.Identity(), bounded
    )


def test_the_input_is_smaller_by_all_layers_but_the_last() -> None:
    assert decoder(False).input_size(16, 9) == (4, 3)
    assert decoder(False).input_size(1, 1) == (2, 2)


def test_layers_follow_each_other_and_a_sigmoid_bounds() -> None:
    z = torch.randn(1, 2, 2, 3, generator=torch.Generator().manual_seed(0))
    drawn = z.repeat_interleave(4, 2).repeat_interleave(4, 3)
    assert torch.equal(decoder(False)(z), drawn)
    torch.testing.assert_close(decoder(True)(z), drawn.sigmoid())


def test_there_is_one_or_more_of_each() -> None:
    require_counts(1, 1, 1, 1)
    with pytest.raises(ArgumentError, match="`channels` must be at least 1, got 0"):
        require_counts(1, 2, 0, 4)
