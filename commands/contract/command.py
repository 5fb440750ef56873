"""What every command is: a frozen value whose class states each fact about it once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypedDict, TypeVar, Unpack

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from commands.contract.arguments import OwnerMark, RecordMark

if TYPE_CHECKING:
    from commands.contract.context import Context
    from commands.contract.reply import Reply

Mark = TypeVar("Mark")
Group = Literal["ask", "day", "change", "convert", "numbers", "settings"]
"""What a rep wants to do, in the order of help."""


class Facts(TypedDict, total=False):
    """What a class statement can say of its command; the attributes of `Command` explain each."""

    group: Group
    heads_group: bool
    writes: bool
    always_asks: bool
    at_once: bool
    undoable: bool
    opens_form: bool
    about_one: bool
    adds_person: bool
    per_record: bool
    repeats: bool
    quotes_records: bool
    words: str
    period_field: str
    day_field: str
    usual: Mapping[str, Any]
    offer: str
    undone_as: str
    advice: str
    refuses: tuple[str, ...]
    examples: tuple[str, ...]


class Command(BaseModel):
    """A request with its arguments. The docstring of a subclass is its help line, its fields the arguments.

    The rest is said in the class statement: `class Undo(Command, group="change", writes=True)`. What a class does not
    say it inherits, except its place in help and its examples.
    """

    # Frozen, because a stored call is compared and carried out again later; a misspelt argument is refused, not
    # dropped. Schemas are built when first used: thirty of them at import would cost every start their time.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    group: ClassVar[Group | None] = None
    """Where help lists it; None for what only buttons and forms carry."""
    heads_group: ClassVar[bool] = False
    """Listed first in its group, whatever its place in COMMANDS: help shows it as the example of the group."""
    writes: ClassVar[bool] = False
    """Changes records: runs at once only when typed, pressed or confirmed, and leaves an audit entry."""
    always_asks: ClassVar[bool] = False
    """Shows what would change and asks, also when it was typed."""
    at_once: ClassVar[bool] = False
    """A write of the asker's own that can be taken back: runs at once from a sentence too."""
    undoable: ClassVar[bool] = True
    """A write that can be taken back. Without meaning for a command that only reads."""
    opens_form: ClassVar[bool] = False
    """Needs more than the record it is about, so that its button opens a form."""
    about_one: ClassVar[bool] = False
    """Its answer is about the first record shown; others beside it only belong to that one."""
    adds_person: ClassVar[bool] = False
    """Is about a person that nothing is known of: its sentences are read word by word, without names."""
    per_record: ClassVar[bool] = False
    """Carried out for each record where a sentence names several: `give Penny and Drew to Tom`."""
    repeats: ClassVar[bool] = False
    """Can be wanted for another record in a few words: `same for Drew`."""
    quotes_records: ClassVar[bool] = False
    """The notes of its reply repeat free words of records, which a language model may quote but not state."""
    words: ClassVar[str | None] = None
    """The argument that takes the words of a typed form which stand before the first key=value."""
    period_field: ClassVar[str | None] = None
    """The argument that changes where a period alone is said next: `and last quarter?`."""
    day_field: ClassVar[str | None] = None
    """The argument that changes where a day alone is said next: `make that Thursday`."""
    usual: ClassVar[Mapping[str, Any]] = {}
    """What it does where it is told nothing else, so that it may be said or left unsaid."""
    offer: ClassVar[str] = ""
    """How a call is offered as a button where it may be meant: `Set {name} to {status}`. Values it does not name are
    added behind."""
    undone_as: ClassVar[str] = ""
    """How its undo names what was taken back: `the follow-up with {name} on {due}`."""
    advice: ClassVar[str] = ""
    """What a language model is told besides: words of the trade that mean it, defaults, what it cannot do."""
    refuses: ClassVar[tuple[str, ...]] = ()
    """Kinds whose noun says that it is not meant: `give Jane Doe's deal to Dana` gives away no lead."""
    examples: ClassVar[tuple[str, ...]] = ()
    """Sentences that mean this command, as a rep would say them; help shows them."""

    def __init_subclass__(cls, **facts: Unpack[Facts]) -> None:
        super().__init_subclass__()
        # Unchecked, a misspelt fact would set an attribute that nobody reads.
        unknown = facts.keys() - Facts.__annotations__.keys()
        if unknown:
            raise TypeError(f"{cls.__name__} says {', '.join(sorted(unknown))}, which is no fact of a command")
        # Not inherited: a command built on another is not listed in its place, nor meant by its sentences.
        alone: Facts = {
            "heads_group": False,
            "examples": (),
            "usual": {},
            "undone_as": "",
            "advice": "",
            "refuses": (),
        }
        cls.group = facts.get("group")
        for name, value in {**alone, **facts}.items():
            setattr(cls, name, value)

    def run(self, context: Context) -> Reply:
        """Carry out the command within the open transaction. CommandError where a person can mend something."""
        raise NotImplementedError

    @classmethod
    def load_current_values(cls, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        """Load the values a form begins with, as JSON values, where they are no fields of the record itself.

        `given` are the arguments that are known already, with ids for names.
        """
        return {}

    @classmethod
    def verb(cls) -> str:
        """Derive the command's name: `SetLeadStatus` -> set_lead_status."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def help_line(cls) -> str:
        return (cls.__doc__ or "").strip().split("\n")[0]

    @classmethod
    def list_reference_fields(cls) -> dict[str, RecordMark | OwnerMark]:
        """List the arguments that name records or people, with their marks."""
        return cls.marked_fields((RecordMark, OwnerMark))

    def find_references(self) -> dict[str, RecordMark | OwnerMark]:
        """Find the arguments that name records or people in this call, with their marks."""
        return self.list_reference_fields()

    @classmethod
    def marked_fields(cls, marks: type[Mark] | tuple[type[Mark], ...]) -> dict[str, Mark]:
        """List the arguments that carry a mark of these types in their annotation, each with its mark."""
        # A class and its marks are hashable, which the types of functools do not see.
        return dict(_find_marked(cls, marks))  # type: ignore[arg-type]

    def list_allowed_kinds(self, field: str, mark: RecordMark) -> tuple[str, ...]:
        """List the kinds of record that the words of an argument may name in this call."""
        return mark.kinds

    def get_given_arguments(self) -> dict[str, Any]:
        """Return the arguments that were given, as JSON values."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)


@cache
def _find_marked(kind: type[Command], marks: type[Mark] | tuple[type[Mark], ...]) -> dict[str, Mark]:
    return {
        field: mark
        for field, info in kind.model_fields.items()
        for mark in _list_annotations(info)
        if isinstance(mark, marks)
    }


def _list_annotations(info: FieldInfo) -> Iterator[Any]:
    """List what an argument is annotated with, and what the parts of an optional one are."""
    yield from info.metadata
    # pydantic lifts the metadata of `Annotated[X, mark]` into the field, but of `Annotated[X, mark] | None` it leaves
    # the mark on the member of the union.
    for part in (info.annotation, *getattr(info.annotation, "__args__", ())):
        yield from getattr(part, "__metadata__", ())
