"""The processes that share one image or one measurement, and what they say to each other."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from preimage._worker import Worker
from preimage.errors import LostProcessError

__all__ = ["Mesh", "Traffic", "start_mesh"]


class Traffic(Worker):
    """Counts the bytes that this process sends to others: pass it to :func:`start_mesh`.

    Attributes:
        sent: bytes by what they were for: ``rows`` (halos), ``transposition`` (Fourier transforms), ``numbers``
            (partial results of sums), ``images`` (sums of whole images, counted once whatever the algorithm of the
            sum does).
    """

    def __init__(self) -> None:
        self.sent: dict[str, int] = {}

    def __call__(self, kind: str, count: int) -> None:
        """Add ``count`` bytes to those of the ``kind``."""
        self.sent[kind] = self.sent.get(kind, 0) + count


@dataclass(frozen=True, eq=False)
class Mesh:
    """A row of processes; each runs the same program and holds its own part of what is sharded. Made by ``start_mesh``.

    Attributes:
        rank: the number of this process, from 0.
        size: how many processes there are; 1 is a program that runs alone.
        group: the group of ``torch.distributed`` through which they talk; ``None`` is all of them.
        on_send: called as ``on_send(kind, bytes)`` for what this process sends, such as a :class:`Traffic`.
    """

    rank: int = 0
    size: int = 1
    group: Any = None
    on_send: Callable[[str, int], None] | None = None

    def split(self, length: int) -> tuple[int, ...]:
        """The numbers of rows of each process: as equal as can be, the first ones larger by one."""
        share, rest = divmod(length, self.size)
        return tuple(share + (number < rest) for number in range(self.size))

    def gather(self, local: Tensor) -> Tensor:
        """``local`` of every process, stacked in the order of ranks; they have one shape."""
        if self.size == 1:
            return local[None]
        plain = _as_numbers(local)
        parts = [torch.empty_like(plain) for _ in range(self.size)]
        self._count("numbers", plain, self.size - 1)
        with self._answers():
            dist.all_gather(parts, plain, group=self.group)
        return _back(torch.stack(parts), local)

    def sum(self, local: Tensor) -> Tensor:
        """The sum over the processes, the same in each."""
        if self.size == 1:
            return local
        total = _as_numbers(local).clone()
        self._count("images", total)
        with self._answers():
            dist.all_reduce(total, group=self.group)
        return _back(total, local)

    def swap(self, outgoing: Sequence[Tensor], shapes: Sequence[tuple[int, ...]]) -> list[Tensor]:
        """Give ``outgoing[s]`` to process ``s``, and take what process ``s`` has for this one, of ``shapes[s]``."""
        if self.size == 1:
            return list(outgoing)
        me, like = self.rank, outgoing[0]
        counts = [part.numel() * (1 + part.is_complex()) for part in outgoing]
        numbers = [torch.Size(shape).numel() * (1 + like.is_complex()) for shape in shapes]
        counts[me] = numbers[me] = 0  # what a process keeps takes no way
        outbox, inbox = like.real.new_empty(sum(counts)), like.real.new_empty(sum(numbers))
        parts = zip(_shaped(outbox, counts, [part.shape for part in outgoing], like), outgoing, strict=True)
        for number, (target, part) in enumerate(parts):
            if number != me:
                target.copy_(part.detach())
        self._count("transposition", outbox)
        with self._answers():
            dist.all_to_all_single(inbox, outbox, numbers, counts, group=self.group)
        received = _shaped(inbox, numbers, shapes, like)
        return [outgoing[me] if number == me else part for number, part in enumerate(received)]

    def exchange(self, outgoing: Sequence[tuple[int, Tensor]], incoming: Sequence[tuple[int, Tensor]]) -> None:
        """Send tensors to the processes they are paired with, and fill the ``incoming`` ones from theirs."""
        sends = [(rank, _as_numbers(part).contiguous()) for rank, part in outgoing]
        receives = [(rank, _as_numbers(part)) for rank, part in incoming]
        for _, part in sends:
            self._count("rows", part)
        operations = [dist.P2POp(dist.isend, part, self._peer(rank), self.group) for rank, part in sends]
        operations += [dist.P2POp(dist.irecv, part, self._peer(rank), self.group) for rank, part in receives]
        if not operations:
            return
        with self._answers():
            for work in dist.batch_isend_irecv(operations):
                work.wait()

    def wait_for_all(self) -> None:
        """Return when every process has come here."""
        if self.size > 1:
            with self._answers():
                dist.barrier(group=self.group)

    def _peer(self, rank: int) -> int:
        return rank if self.group is None else dist.get_global_rank(self.group, rank)

    def _count(self, kind: str, part: Tensor, times: int = 1) -> None:
        if self.on_send is not None and times:
            self.on_send(kind, times * part.numel() * part.element_size())

    @contextmanager
    def _answers(self) -> Iterator[None]:
        """What the libraries raise when a process is gone becomes one plain error."""
        try:
            yield
        except RuntimeError as error:
            raise LostProcessError(
                f"process {self.rank} of {self.size} must hear from the others, got {str(error).splitlines()[0]!r}; "
                "one of them has ended or does not answer: look at its output, and start all from a checkpoint."
            ) from error


@contextmanager
def start_mesh(
    device: str = "cpu", timeout: float = 600.0, on_send: Callable[[str, int], None] | None = None
) -> Iterator[Mesh]:
    """Join the processes that ``torchrun`` started, through gloo on the CPU and NCCL on GPUs.

    A program that was started alone gets a mesh of one process, and computes the same.

    Args:
        device: ``cpu`` or ``cuda``; of several GPUs each process takes that of its number.
        timeout: seconds after which a process that does not answer counts as lost.
        on_send: told of what this process sends, such as a :class:`Traffic`.

    Yields:
        the mesh of all processes.

    Raises:
        LostProcessError: later, in whatever needs another process: it has ended, or did not answer in time.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield Mesh(on_send=on_send)
        return
    began = not dist.is_initialized()
    if began:
        if device == "cuda":
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        dist.init_process_group("nccl" if device == "cuda" else "gloo", timeout=timedelta(seconds=timeout))
    mesh = Mesh(dist.get_rank(), dist.get_world_size(), None, on_send)
    try:
        yield mesh
        mesh.wait_for_all()  # one that leaves early takes the others' connections with it
    finally:
        if began:
            dist.destroy_process_group()


def _shaped(flat: Tensor, counts: Sequence[int], shapes: Sequence[Sequence[int]], like: Tensor) -> list[Tensor]:
    """The pieces of ``flat`` in their shapes, complex where ``like`` is; what has no numbers stays flat."""
    pieces = zip(flat.split(list(counts)), shapes, strict=True)
    pair = (2,) * like.is_complex()
    shaped = [piece.view(*shape, *pair) if piece.numel() else piece for piece, shape in pieces]
    return [torch.view_as_complex(piece) if pair and piece.numel() else piece for piece in shaped]


def _as_numbers(part: Tensor) -> Tensor:
    """Complex numbers as pairs and booleans as bytes, which the libraries send."""
    part = part.detach()
    if part.is_complex():
        return torch.view_as_real(part.resolve_conj()).contiguous() if part.is_conj() else torch.view_as_real(part)
    part = part.resolve_neg()
    return part.to(torch.uint8) if part.dtype == torch.bool else part.contiguous()


def _back(part: Tensor, like: Tensor) -> Tensor:
    return torch.view_as_complex(part.contiguous()) if like.is_complex() else part.to(like.dtype)
