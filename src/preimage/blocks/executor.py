"""Who computes the blocks: this process, or the workers of Dask."""

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from preimage import _optional
from preimage.blocks.grid import BlockIndex
from preimage.blocks.stage import BlockStage
from preimage.errors import ArgumentError

__all__ = ["BlockExecutor", "DaskExecutor", "SerialExecutor", "executor_of"]


class BlockExecutor(Protocol):
    """Computes blocks, in any order; a block that is computed twice is the same."""

    def compute(self, stage: BlockStage, indices: Sequence[BlockIndex], done: Callable[[], None]) -> None:
        """Compute the blocks ``indices`` of ``stage``, and call ``done`` after each."""
        ...

    @property
    def at_once(self) -> int:
        """How many blocks are computed at the same time on one machine, at the most."""
        ...


@dataclass(frozen=True)
class SerialExecutor:
    """One block after the other, in this process."""

    @property
    def at_once(self) -> int:
        """It is one: blocks are computed one after the other."""
        return 1

    def compute(self, stage: BlockStage, indices: Sequence[BlockIndex], done: Callable[[], None]) -> None:
        """Compute the blocks in order."""
        for index in indices:
            stage.compute(index)
            done()


@dataclass(frozen=True)
class DaskExecutor:
    """The workers of a Dask cluster, which see the same files; Dask computes the blocks of lost workers again.

    Attributes:
        client: a ``distributed.Client``.
    """

    client: Any

    @property
    def at_once(self) -> int:
        """The blocks of the busiest machine."""
        hosts: dict[str, int] = {}
        for address, threads in self.client.nthreads().items():
            host = str(address).rpartition(":")[0]
            hosts[host] = hosts.get(host, 0) + threads
        return max(hosts.values(), default=1)

    def compute(self, stage: BlockStage, indices: Sequence[BlockIndex], done: Callable[[], None]) -> None:
        """Compute the blocks on whatever worker is free."""
        distributed = _optional.require("distributed", "dask", "--scheduler")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of networks, which are large: they are sent once
            # A task of its own, so that Dask has it again where the worker that held it is lost.
            held = self.client.submit(_itself, stage, pure=False)
            futures = [self.client.submit(_compute, held, index, pure=False) for index in indices]
        for future in distributed.as_completed(futures):
            future.result()
            done()


def _itself(stage: BlockStage) -> BlockStage:
    return stage


def _compute(stage: BlockStage, index: BlockIndex) -> None:
    stage.compute(index)


@contextmanager
def executor_of(scheduler: str | None) -> Iterator[BlockExecutor]:
    """The executor that ``scheduler`` names, for the time of a block.

    Args:
        scheduler: ``None``: this process; ``local`` or ``local:8``: two new processes of one thread each, or as many;
            ``tcp://...`` or ``tls://...``: the Dask scheduler there.

    Raises:
        ArgumentError: it is none of these, or nobody answers there.
        MissingDependency: the ``dask`` extra is needed.
    """
    if scheduler is None:
        yield SerialExecutor()
        return
    local = re.fullmatch(r"local(?::([1-9]\d{0,3}))?", scheduler)
    if local is None and not scheduler.startswith(("tcp://", "tls://")):
        raise ArgumentError(
            f"`scheduler` must be local, local:8 or an address like tcp://host:8786, got {scheduler!r}; start one."
        )
    distributed = _optional.require("distributed", "dask", "--scheduler")
    if local is not None:
        workers = int(local[1] or 2)
        with (
            distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                memory_limit=0,
                # Without an address the scheduler listens at port 8787 nevertheless, which another one may have.
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield DaskExecutor(client)
        return
    try:
        client = distributed.Client(scheduler, timeout=10)
    except (OSError, TimeoutError) as error:
        raise ArgumentError(
            f"`scheduler` must be running, got {scheduler}, where nobody answers; start one."
        ) from error
    with client:
        if not client.nthreads():
            raise ArgumentError(f"`scheduler` must have workers, got {scheduler} without any; start some.")
        yield DaskExecutor(client)
