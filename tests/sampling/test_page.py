"""The code of ``docs/sampling.md`` does what the page says, and its tables have every sampler."""

import re
from pathlib import Path

from preimage import sampling
from preimage.sampling import ErrorMap, Guidance, MarkovKernel, NoiseSchedule, PosteriorSampler, Sampler

PAGE = (Path(__file__).parents[2] / "docs" / "sampling.md").read_text(encoding="utf-8")
CONTRACTS = (ErrorMap, Guidance, MarkovKernel, NoiseSchedule, PosteriorSampler, Sampler)


def test_the_code_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    exec("\n".join(blocks), {})


def test_what_samples_and_guides_is_told() -> None:
    told = set(re.findall(r"`(\w+)[(`]", PAGE)) | {"ConditionalSampler", "Unguided", "DiffusionSampler", "MCMC"}
    public = {name: item for name, item in vars(sampling).items() if name in sampling.__all__}
    names = {name for name, item in public.items() if isinstance(item, type) and issubclass(item, CONTRACTS)}
    assert names - told - {contract.__name__ for contract in CONTRACTS} == set()
