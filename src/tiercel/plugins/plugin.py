"""The root of everything a flow can name by ``type``, and what a class declares about itself."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Unpack

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from tiercel.errors import Violation
from tiercel.model.dialect import Dialect
from tiercel.model.flow import TaskKind
from tiercel.model.json import Json
from tiercel.model.types import BranchShape, TypeKind


class Properties(BaseModel):
    """A group of properties inside a task: ``options.timeout``, for example. Write fields in snake case."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", defer_build=True
    )


class Outputs(BaseModel):
    """What a task gives back; fields in snake case, stored in camel case, without those that are None."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, defer_build=True)


Isolation = Literal["", "process"]
"""``process``: each run is in a process of its own, which can be killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a class said about itself in its class statement; see `Plugin`."""

    type: str = ""
    kind: TypeKind = TypeKind.OTHER
    task_kind: TaskKind = TaskKind.RUNNABLE
    control: str = ""
    is_inline: bool = False
    is_update: bool = False
    is_internal: bool = False
    is_deprecated: bool = False
    aliases: tuple[str, ...] = ()
    dialects: frozenset[Dialect] = frozenset()
    branches: Mapping[str, BranchShape] = field(default_factory=dict)
    required_branches: frozenset[str] = frozenset()
    new_properties: frozenset[str] = frozenset()
    deprecated_properties: frozenset[str] = frozenset()
    outputs: builtins.type[BaseModel] | None = None
    example: str = ""
    isolation: Isolation = ""
    icon: str = ""
    version: str = ""

    @property
    def is_lenient(self) -> bool:
        """Whether a value that can only fail is stored with a warning, as the published versions do with theirs."""
        return self.type.startswith("io.kestra.")


class Plugin(BaseModel):
    """Anything a flow names by ``type``.

    A class with ``type`` is a type; one without is a step on the way to some. Keywords of the class statement:

    - ``type``: the name flows use; ``aliases``: other names, all deprecated.
    - ``example``: YAML of one use, without ``id``; checked by the tests of the package.
    - ``inline``: the task neither blocks nor touches the outside, so it may run where decisions are made.
    - ``isolation="process"``: each run is in a process of its own, which ends with it when it is killed.
    - ``icon``: an SVG image, shown for the type.
    - ``outputs``: the model of its outputs, when ``run`` is not declared to return one.
    - ``updates``: it does nothing but ask for a change of its own execution, so when it fails it has not run.
    - ``dialects``: the published versions that know the type; none = all.
    - ``deprecated``, ``deprecated_properties``, ``new_properties`` (those only the 2.0 dialect knows), ``internal``
      (never written by users).

    Fields are the properties: ``error_message: str = "..."`` is ``errorMessage`` in a flow.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", defer_build=True
    )

    declaration: ClassVar[Declaration] = Declaration()
    kind: ClassVar[TypeKind] = TypeKind.OTHER
    task_kind: ClassVar[TaskKind] = TaskKind.RUNNABLE
    default_control: ClassVar[str] = ""

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterable[Violation]:  # noqa: ARG003 (for those who override it)
        """Say what is wrong with properties as written beyond their types; paths begin with the property's name.

        Called when a flow is saved, after the types were checked; templates are not rendered.
        """
        return ()

    def __init_subclass__(  # noqa: PLR0913 (keywords of a class statement, each optional)
        cls,
        *,
        type: str = "",  # noqa: A002 (the word flows use)
        aliases: tuple[str, ...] = (),
        example: str = "",
        inline: bool = False,
        updates: bool = False,
        control: str = "",
        dialects: tuple[Dialect, ...] = (),
        branches: Mapping[str, BranchShape] | None = None,
        required_branches: tuple[str, ...] = (),
        deprecated: bool = False,
        deprecated_properties: tuple[str, ...] = (),
        new_properties: tuple[str, ...] = (),
        internal: bool = False,
        outputs: builtins.type[BaseModel] | None = None,
        isolation: Isolation = "",
        icon: str = "",
        **config: Unpack[ConfigDict],
    ) -> None:
        super().__init_subclass__(**config)
        cls.declaration = Declaration(
            type=type,
            kind=cls.kind,
            task_kind=cls.task_kind,
            control=control or cls.default_control,
            is_inline=inline and not isolation,
            is_update=updates,
            is_internal=internal,
            is_deprecated=deprecated,
            aliases=aliases,
            dialects=frozenset(dialects),
            branches=branches or {},
            required_branches=frozenset(required_branches),
            new_properties=frozenset(new_properties),
            deprecated_properties=frozenset(deprecated_properties),
            outputs=outputs,
            example=example,
            isolation=isolation,
            icon=icon,
        )
