"""Arithmetic where memory is the limit: arrays to arrays, in PyTorch and as compiled loops that give the same.

The PyTorch form is the definition. The loops take its place where :func:`preimage.machine.compiler.can_compile` allows
it, and are tested against it. Files of loops end in ``_loops``.
"""
