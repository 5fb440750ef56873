"""Changes what is known of an account."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from commands.contract.arguments import AccountName, Words
from commands.contract.context import Context
from commands.contract.errors import CommandError
from commands.contract.record_fields import ADDRESS, COMPANY, RecordFields
from commands.contract.reply import Reply
from commands.contract.update_field import UpdateField
from storage.names.name_index import format_ref
from storage.names.normalise import extract_domain, make_company_key
from storage.records import accounts
from storage.tables import Account

ACCOUNT_FIELDS = RecordFields(
    Account,
    ("name", *COMPANY, "phone", "type", *ADDRESS, "description"),
    {"company": "name", "company name": "name", "account name": "name", "account type": "type", "sector": "industry",
     "parent account": "parent", "parent company": "parent"},
    others=("parent",),
)  # fmt: skip


class UpdateAccount(
    UpdateField,
    group="change",
    offer="Change {field} of {name} to {value}",
    undone_as="the change of {name}",
    examples=("set the website of the account Initech to initech.example",),
):
    """Change one field of an account."""

    record_fields = ACCOUNT_FIELDS
    account_field = "parent"
    owner_hint = "hand_over, which managers use."

    name: Annotated[AccountName, Field(description="Words that identify the account, or #id")]
    field: Annotated[Words, Field(description="The field, for example name, phone, website, industry or city")]

    @classmethod
    def load_record(cls, context: Context, reference: str) -> Account:
        return context.get_account(reference)

    def run(self, context: Context) -> Reply:
        account = self.load_record(context, self.name)
        field = self.resolve_field()
        values = self.collect_columns(context, account, field)
        return self.write(context, account, field, **values, **_follow_columns(context, account, values))


def _follow_columns(context: Context, account: Account, values: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that follow from the new values. CommandError where these cannot be."""
    if values.get("parent_id") is not None and accounts.is_within(context.scope, values["parent_id"], account.id):
        raise CommandError(f"{account.name} is above that account, or is it itself. Give another one.", field="value")
    if "name" in values:
        for each in accounts.list_same_named(context.scope, values["name"], but=account.id):
            ref = format_ref("account", each.id)
            context.ask_first(f"There is an account {each.name} (#{ref}) already. Call this one the same?")
        return {"name_key": make_company_key(values["name"])}
    domain = extract_domain(values.get("website"))
    return {"domain": domain} if domain else {}
