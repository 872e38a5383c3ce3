"""``Module``: an ``nn.Module`` that is a value, made of its constructor's arguments."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

import torch
from torch import Tensor, nn
from typing_extensions import Self

from preimage.errors import FieldError

__all__ = ["Module"]


@cache
def _field_names(cls: type) -> tuple[str, ...]:
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise FieldError(
                f"{cls.__name__}.__init__ must name its arguments, got *{parameter.name}; list the fields."
            )
    return tuple(parameter.name for parameter in parameters)


class _ValueType(type):
    """Seals an object once its constructor has returned."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        obj = super().__call__(*args, **kwargs)
        obj.__dict__["_sealed"] = True
        return obj

    @property
    def __signature__(cls) -> inspect.Signature:
        """That of the constructor, for ``help()``: the one of ``__call__`` tells nothing."""
        signature = inspect.signature(cls.__init__)
        return signature.replace(parameters=list(signature.parameters.values())[1:])


class Module(nn.Module, metaclass=_ValueType):
    """A value: its fields are its constructor's arguments, and :meth:`replace` makes a changed copy.

    A constructor stores each argument under its own name, once, or offers it as a property. Tensors become buffers and
    sequences of modules a ``ModuleList``, so ``.to()``, ``state_dict``, ``deepcopy`` and ``pickle`` work; an
    ``nn.Parameter`` stays learnable. After construction a field can no longer be assigned. Tensors that a constructor
    computes from its fields are named with a leading underscore, and :meth:`derive` gives them again.

    A network is a value, too: what it has learned, the parameters and buffers that no field holds, is trained in place
    and goes along with :meth:`replace`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_load_state_dict_post_hook(Module._derive_again)

    def __setattr__(self, name: str, value: Any) -> None:
        if self.__dict__.get("_sealed") and name in _field_names(type(self)):
            raise AttributeError(
                f"{type(self).__name__}.{name} is fixed once the object exists; use .replace({name}=...) for a new one."
            )
        if isinstance(value, (tuple, list)) and value and all(isinstance(item, nn.Module) for item in value):
            super().__setattr__(name, nn.ModuleList(value))
        elif isinstance(value, Tensor) and not isinstance(value, nn.Parameter) and "_buffers" in self.__dict__:
            # A leading underscore marks a tensor derived from the fields: it moves with .to() but is not state.
            self.register_buffer(name, value, persistent=not name.startswith("_"))
        else:
            super().__setattr__(name, cast(Any, value))

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        # .to(float64) of nn.Module drops the imaginary part of complex tensors; a value keeps it, at that precision.
        def convert(tensor: Tensor) -> Tensor:
            if not tensor.is_complex():
                return fn(tensor)
            real = fn(tensor.real)
            return fn(tensor) if real.is_complex() else torch.complex(real, fn(tensor.imag))

        super()._apply(convert, recurse)
        for name in _field_names(type(self)):
            value = self.__dict__.get(name)
            if isinstance(value, tuple):  # such as the measurement of several sensors
                super().__setattr__(name, _converted(value, convert))
        self._derive_again()
        return self

    def derive(self) -> Mapping[str, Any]:
        """What the constructor computes from the fields and stores by names that begin with an underscore: tensors.

        It is asked for them when the fields have been converted (``.to()``) or loaded, because what follows from a
        rounded or another field is not what was stored. The constructor itself is not called again.
        """
        return {}

    def _derive_again(self, _keys: object = None) -> None:
        for name, value in self.derive().items():
            super().__setattr__(name, value)

    def fields(self) -> dict[str, Any]:
        """The constructor's arguments by name, as stored."""
        return {name: getattr(self, name) for name in _field_names(type(self))}

    def replace(self, **changes: Any) -> Self:
        """A new object with some fields changed; the rest is shared, learned parameters included.

        A name that is no field of this object is looked up in the objects it is made of (the noise of a physics, the
        factors of a product); exactly one of them must own it.

        Raises:
            FieldError: a name belongs to no field, or to several parts, or what was learned does not fit its new value.
        """
        fields = self.fields()
        nested = {name: changes.pop(name) for name in list(changes) if name not in fields}
        for name, value in nested.items():
            self._replace_in_part(fields, name, value)
        return self._remade({**fields, **changes}, [*changes, *nested])

    def _remade(self, fields: dict[str, Any], changed: Sequence[str]) -> Self:
        """An object with other ``fields`` that shares what this one has learned."""
        learned = _learned(self)
        if not learned:
            made = type(self)(**fields)
        else:
            with torch.random.fork_rng(devices=[]):  # the constructor draws initial weights, which nobody sees
                made = type(self)(**fields)
            if _shapes(learned) != _shapes(_learned(made)):
                raise FieldError(
                    f"`{'`, `'.join(changed)}` must suit what {type(self).__name__} has learned, got a value for other "
                    "parameters; construct a new one, and train it."
                )
            for name, tensor in learned.items():
                path, _, leaf = name.rpartition(".")
                owner = made.get_submodule(path)
                if isinstance(tensor, nn.Parameter):
                    owner._parameters[leaf] = tensor
                else:
                    owner._buffers[leaf] = tensor
        mine = _parts(self)
        for name, part in _parts(made).items():
            part.training = mine.get(name, self).training
        return made

    def _replace_in_part(self, fields: dict[str, Any], name: str, value: Any) -> None:
        owners = [(field, part) for field, part in fields.items() if _owns(part, name)]
        if len(owners) != 1:
            found = f"fits {', '.join(field for field, _ in owners)}" if owners else "fits none"
            known = ", ".join(_all_names(self)) or "none"
            raise FieldError(
                f"`{name}` must be one field of {type(self).__name__} or of one of its parts, got a name that {found}; "
                f"fields: {known}."
            )
        field, part = owners[0]
        if isinstance(part, nn.ModuleList):
            fields[field] = nn.ModuleList(
                p.replace(**{name: value}) if isinstance(p, Module) and _owns(p, name) else p for p in part
            )
        else:
            fields[field] = part.replace(**{name: value})

    def extra_repr(self) -> str:
        """Numbers, names and shapes, for ``print``."""
        shown = []
        for name, value in self.fields().items():
            if isinstance(value, Tensor):
                shown.append(f"{name}=tensor{tuple(value.shape)}")
            elif isinstance(value, (int, float, complex, str, type(None))):
                shown.append(f"{name}={value!r}")
        return ", ".join(shown)


def _converted(value: Any, convert: Callable[[Tensor], Tensor]) -> Any:
    """``value`` with the tensors in it, and in tuples in it, converted."""
    if isinstance(value, Tensor):
        return convert(value)
    return tuple(_converted(item, convert) for item in value) if type(value) is tuple else value


def _parts(value: Module) -> dict[str, nn.Module]:
    """``value`` and the networks inside it that belong to no field, by their paths."""
    fields = value.fields().values()
    own = {name: part for name, part in value._modules.items() if all(part is not field for field in fields)}
    if not own:
        return {"": value}
    held = {id(part) for field in fields if isinstance(field, nn.Module) for part in field.modules()}
    return {name: part for name, part in value.named_modules() if id(part) not in held}


def _learned(value: Module) -> dict[str, Tensor]:
    """The parameters and buffers that no field holds."""
    fields = value.fields().values()
    inside = [*value._parameters.items(), *value._buffers.items(), *value._modules.items()]
    own = {name for name, item in inside if item is not None and all(item is not field for field in fields)}
    own = {name for name in own if not name.startswith("_")}  # the others are derived from the fields
    if not own:
        return {}
    networks = [field for field in fields if isinstance(field, nn.Module)]
    held = {id(tensor) for network in networks for tensor in (*network.parameters(), *network.buffers())}
    state = value.state_dict(keep_vars=True)
    return {k: tensor for k, tensor in state.items() if k.partition(".")[0] in own and id(tensor) not in held}


def _shapes(state: dict[str, Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in state.items()}


def _owns(part: Any, name: str) -> bool:
    if isinstance(part, nn.ModuleList):
        return sum(_owns(item, name) for item in part) == 1
    if not isinstance(part, Module):
        return False
    fields = part.fields()
    return name in fields or sum(_owns(item, name) for item in fields.values()) == 1


def _all_names(part: Any) -> Iterator[str]:
    if isinstance(part, Module):
        for name, value in part.fields().items():
            yield name
            yield from _all_names(value)
    elif isinstance(part, nn.ModuleList):
        for item in part:
            yield from _all_names(item)
