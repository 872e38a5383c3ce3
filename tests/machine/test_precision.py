import pytest
import torch

from preimage.machine.precision import multiplies_bfloat16
from preimage.training.recipes.drunet import DRUNetRecipe


@pytest.mark.parametrize("native", [True, False])
def test_the_processor_decides_and_recipes_follow_it(native: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: native)
    assert multiplies_bfloat16() == multiplies_bfloat16(torch.device("cpu")) == native
    assert DRUNetRecipe().bfloat16 == native
    assert DRUNetRecipe(bfloat16=True).bfloat16  # who asks for it gets it


def test_gpus_that_emulate_it_are_slower_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: asked.append(including_emulation))
    multiplies_bfloat16(torch.device("cuda"))
    assert asked == [False]
    assert not multiplies_bfloat16(torch.device("mps"))
