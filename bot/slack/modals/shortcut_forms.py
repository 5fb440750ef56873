"""What is begun from a message or from anywhere: finding whom a message speaks of, and adding a lead."""

from __future__ import annotations

from collections.abc import Iterator

from bot.slack.modals.opening import opened
from bot.slack.payloads.button_value import Call
from bot.slack.payloads.private_metadata import Place
from bot.slack.render.blocks import Json
from commands.contract.context import Context
from commands.contract.reply import Record, Reply, State
from commands.dispatching.dispatcher import Dispatcher, Origin, Request
from commands.leads.create_update import CreateLead
from commands.reading.names import Mention, mentions_in
from commands.records.show_record import ShowRecord
from commands.values.phrases import counted
from commands.values.text import Text, read_text
from storage.audit.changed_lines import lines_of
from storage.names import mentions, name_index
from storage.names.name_index import ref

MOST_FOUND = 10
PEOPLE = ("lead", "contact")
NOBODY = "I find none of your leads or contacts in this message. Ask me by name, or add a new one with “Add a lead”."

Key = tuple[str, int]


def add_lead_form(dispatcher: Dispatcher, request: Request, origin: Place | None = None) -> Json:
    """The empty form for a new lead. CommandError for one who may not ask at all."""
    return opened(dispatcher, request, Call(CreateLead.verb()), origin)


def find_lead(dispatcher: Dispatcher, request: Request, message_text: str) -> Reply:
    """The visible leads and contacts that a message speaks of: by email address, by name, by company.

    A card where it is one, a list of ten at most where there are several, NOT_FOUND with a sentence for nobody.
    """
    return dispatcher.safely(lambda: _find(dispatcher, request, message_text))


def _find(dispatcher: Dispatcher, request: Request, message_text: str) -> Reply:
    with dispatcher.database.reading() as session:
        context = dispatcher.context(session, request)
        found = _meant(context, message_text)
        records = _records(context, found[:MOST_FOUND])
    match records:
        case ():
            return Reply(NOBODY, State.NOT_FOUND)
        case (one,):
            return dispatcher.dispatch(request, ShowRecord.verb(), {"name": one.id}, Origin.TYPED)
    more = f", {MOST_FOUND} of them" if len(found) > MOST_FOUND else ""
    return Reply(f"This message may be about {counted(len(found), 'record')} of yours{more}:", records=records)


def _meant(context: Context, message_text: str) -> list[Key]:
    """Those with an email address that stands there first, then those named, in the order of the message."""
    read, said, _ = mentions_in(read_text(message_text), context.scope)
    addresses = [each.norm for each in read.tokens if each.kind == "email"]
    found = mentions.with_email(context.scope, addresses)
    for mention in said:
        if not _mended(read, mention):
            found += _of(mention)
    return _living(context, list(dict.fromkeys(found)))


def _mended(read: Text, mention: Mention) -> bool:
    """Whether letters had to be changed to see a name there: what others write is taken at its word."""
    return any(each.mended for each in read.tokens[mention.first : mention.last + 1])


def _of(mention: Mention) -> Iterator[Key]:
    """The people of a name or a company; the company itself where nobody of it is a lead."""
    people = [(each.kind, each.id) for each in mention.records if each.kind in PEOPLE]
    yield from people or [(each.kind, each.id) for each in mention.records if each.kind == "account"]


def _living(context: Context, found: list[Key]) -> list[Key]:
    """Without converted leads whose contact is among them: a person is shown once."""
    became = name_index.converted_into(context.scope, [number for kind, number in found if kind == "lead"])
    return [
        (kind, number) for kind, number in found if kind != "lead" or ("contact", became.get(number, 0)) not in found
    ]


def _records(context: Context, found: list[Key]) -> tuple[Record, ...]:
    return context.records(lines_of(context.scope, [context.record(ref(*each)) for each in found]))
