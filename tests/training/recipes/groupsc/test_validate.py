import torch

from preimage.metric import PSNR
from preimage.models.sparse import SC
from preimage.training.recipes.groupsc.degradations import Noisy
from preimage.training.recipes.groupsc.validate import validation


def test_it_is_the_mean_psnr_inside_the_same_crops() -> None:
    task = Noisy(1, (0.05, 0.1))
    images = [torch.randint(0, 256, (1, 30, 34), generator=torch.Generator().manual_seed(0)).to(torch.uint8)]
    torch.manual_seed(0)
    network = SC(1, 3, 8, 2, task.levels)
    measure = validation(task, images, 16, crops=3)
    found = measure(0, network)
    assert found == measure(7, network)
    batch = task.batch(images, 3, 16, torch.Generator().manual_seed(0))
    inside = (..., slice(2, -2), slice(2, -2))
    with torch.no_grad():
        estimate = network.estimate(batch.measured, batch.level, batch.mask)
    wanted = PSNR()(estimate[inside].clamp(0, 1), batch.clean[inside]).mean()
    torch.testing.assert_close(found["psnr"], float(wanted), rtol=1e-4, atol=0)
