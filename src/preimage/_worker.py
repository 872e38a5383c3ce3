"""The mark of the few classes whose instances change."""

__all__ = ["Worker"]


class Worker:
    """Marks a class whose instances change while they work, such as an optimizer or a recorder of steps.

    Every other class is a value: what its constructor made stays as it is. The attributes of a worker are plain ones,
    all of them created in the constructor and assigned by its own methods only. A worker belongs to the call that made
    it: it is no field of a value, no default, and nothing that two callers share.
    """

    __slots__ = ()
