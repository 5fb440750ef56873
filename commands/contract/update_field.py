"""Commands that change one field of a record."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from commands.contract.arguments import OwnerMark, RecordMark, RecordName, Words
from commands.contract.command import Command
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.record_fields import RecordFields, is_emptied, label_field
from commands.contract.reply import Reply
from commands.values.phrases import end_sentence
from storage.audit.changed_lines import build_record_lines
from storage.leads.lead_duplicates import compose_lead_name
from storage.names.no_company import has_no_company
from storage.names.normalise import normalise_name
from storage.records.accounts import load_account_names


class UpdateField(Command, writes=True, opens_form=True, about_one=True, words="name"):
    """Change one field of a record."""

    record_fields: ClassVar[RecordFields]
    account_field: ClassVar[str | None] = None
    """The field whose value is an account, by name or id: a contact's account, an account's parent."""
    name_parts: ClassVar[tuple[str, ...]] = ()
    """The columns that a person's name is made of; none where the name is a field of its own."""
    names_needed: ClassVar[str] = "a name. Give another one instead."
    """What a record cannot be without, and what to do: the end of the sentence."""
    owner_hint: ClassVar[str] = ""
    """What changes the owner: the end of the sentence."""

    name: Annotated[RecordName, Field(description="Words that identify the record, or #id")]
    field: Annotated[Words, Field(description="The field to change, for example phone, title or email")]
    value: Annotated[Words, Field(description="The new value; empty to clear it")]

    @classmethod
    def load_record(cls, context: Context, reference: str) -> Any:
        """Load the record that is to be changed. CommandError, with the reason, where it cannot be."""
        raise NotImplementedError

    @classmethod
    def show_value(cls, context: Context, record: Any, field: str) -> str:
        """Show what a field holds now, as a form begins with it."""
        if field == cls.account_field:
            number = getattr(record, f"{field}_id")
            return load_account_names(context.scope, [number]).get(number, "") if number else ""
        value = getattr(record, field)
        return "" if value is None else f"{value:f}" if field == "annual_revenue" else str(value)

    def find_references(self) -> dict[str, RecordMark | OwnerMark]:
        named = self.list_reference_fields()
        return {**named, "value": RecordMark(("account",))} if self._names_account() else named

    def _names_account(self) -> bool:
        field = self.record_fields.find(self.field)
        # At “Self” or “n/a” a person is at no account.
        none = is_emptied(self.value) or has_no_company(self.value)
        return field is not None and field == self.account_field and not none

    def resolve_field(self) -> str:
        """Find the field that is to be changed. CommandError, with those there are, where it is none."""
        found = self.record_fields.find(self.field)
        kind = _name_kind(self.record_fields)
        if found is None and normalise_name(self.field) == "owner":
            raise CommandError(f"{kind} gets another owner with {self.owner_hint}", field="field")
        if found is None:
            fields = ", ".join(each for each in self.record_fields.all_names if each != "name" or not self.name_parts)
            raise CommandError(
                f"{kind} has no field “{self.field}” that can be changed. There are: {fields}.",
                field="field",
            )
        return found

    def read_value(self, context: Context, field: str) -> Any:
        """Read the new value. CommandError where it does not fit the field."""
        return self.record_fields.read(field, self.value, context.vocabulary)

    def collect_columns(self, context: Context, record: Any, field: str) -> dict[str, Any]:
        """Collect the columns to set: the field's own, and a person's name where it is a part of that."""
        if field == self.account_field:
            return {f"{field}_id": context.get_account(self.value).id if self._names_account() else None}
        values = self._read_name(context) if field == "name" and self.name_parts else {}
        values = values or {field: self.read_value(context, field)}
        if field in ("name", *self.name_parts):
            values["name"] = self._compose_name(record, values)
            if not values["name"]:
                raise CommandError(f"{_name_kind(self.record_fields)} needs {self.names_needed}")
        return values

    def _read_name(self, context: Context) -> dict[str, Any]:
        """Read a person's whole name into its parts."""
        said = self.read_value(context, "name")
        first, _, last = (said or "").rpartition(" ")
        read = self.record_fields.read
        return {
            "name": said,
            "first_name": read("first_name", first, context.vocabulary),
            "last_name": read("last_name", last, context.vocabulary),
        }

    def _compose_name(self, record: Any, values: dict[str, Any]) -> str:
        """Compose what the record is called with the new values."""
        if not self.name_parts:
            return str(values["name"] or "")
        # An imported name may be more than its parts say (a title, a second surname): it stays until a part of the
        # person's name is changed. A new company or email alone does not rename anybody.
        before = {part: getattr(record, part) for part in self.name_parts}
        if not {"name", "first_name", "last_name"} & values.keys() and record.name != compose_lead_name(**before):
            return str(record.name)
        return compose_lead_name(**before | {part: value for part, value in values.items() if part in before})

    def write(self, context: Context, record: Any, field: str, **values: Any) -> Reply:
        """Set the columns, which follow from the new value of the field, and say what became of it."""
        called = record.name
        changed = context.ledger.set_columns(record, **values)
        shown = context.build_records(build_record_lines(context.scope, [record]))
        label = label_field(field)
        if not changed:
            return Reply(f"{record.name} has that {label} already.", records=shown)
        return Reply(
            end_sentence(f"{called}: {label} is now {self.describe_value(context)}"),
            question=f"Change the {label} of {called}?",
            records=shown,
        )

    def describe_value(self, context: Context) -> str:
        """Describe the new value as it was said, `empty` where the field is cleared."""
        if self._names_account():
            return context.get_account(self.value).name
        emptied = is_emptied(self.value) or self.record_fields.find(self.field) == self.account_field
        return "empty" if emptied else " ".join(self.value.split())


def _name_kind(fields: RecordFields) -> str:
    kind = str(fields.table.__tablename__)
    return f"{'An' if kind[0] in 'ao' else 'A'} {kind}"
