"""Does the work of the two shortcuts: finds the people that a message speaks of, and builds the form for a new lead."""

from __future__ import annotations

from collections.abc import Iterator

from bot.slack.modals.opening import open_form_view
from bot.slack.payloads.button_value import ButtonCall
from bot.slack.payloads.private_metadata import FormOrigin
from bot.slack.render.blocks import Json
from commands.contract.context import Context
from commands.contract.reply import Record, Reply, ReplyState
from commands.dispatching.dispatcher import Dispatcher
from commands.dispatching.failures import reply_to_failures
from commands.dispatching.request import Origin, Request
from commands.language.readings.weights import get_weights
from commands.language.sentences.mention import Mention
from commands.language.sentences.names import mentions_in
from commands.leads.create_update import CreateLead
from commands.records.show_record import ShowRecord
from commands.values.phrases import format_count
from commands.values.text import Text, tokenize_text
from storage.audit.changed_lines import build_record_lines
from storage.names import mentions, name_index
from storage.names.name_index import format_ref

MOST_FOUND = 10
PEOPLE = ("lead", "contact")
NOBODY = "I find none of your leads or contacts in this message. Ask me by name, or add a new one with “Add a lead”."

# Kind and number of a record.
RecordKey = tuple[str, int]


def add_lead_form(dispatcher: Dispatcher, request: Request, origin: FormOrigin | None = None) -> Json:
    """Build the empty form for a new lead. CommandError where the asker is not known."""
    return open_form_view(dispatcher, request, ButtonCall(CreateLead.verb()), origin)


def find_lead(dispatcher: Dispatcher, request: Request, message_text: str) -> Reply:
    """Find the visible leads and contacts that a message speaks of, by email address, name or company.

    The reply is a card for one, a list of at most ten for several, NOT_FOUND for none.
    """
    return reply_to_failures(lambda: _find_records(dispatcher, request, message_text))


def _find_records(dispatcher: Dispatcher, request: Request, message_text: str) -> Reply:
    with dispatcher.database.begin_read() as session:
        context = dispatcher.build_context(session, request)
        found = _find_mentioned(context, message_text)
        records = _load_records(context, found[:MOST_FOUND])
    match records:
        case ():
            return Reply(NOBODY, ReplyState.NOT_FOUND)
        case (one,):
            return dispatcher.dispatch(request, ShowRecord.verb(), {"name": one.id}, Origin.TYPED)
    more = f", {MOST_FOUND} of them" if len(found) > MOST_FOUND else ""
    return Reply(f"This message may be about {format_count(len(found), 'record')} of yours{more}:", records=records)


def _find_mentioned(context: Context, message_text: str) -> list[RecordKey]:
    """Find the people in a message: by email address first, then by name, in the order of the message."""
    read, said, _ = mentions_in(tokenize_text(message_text), context.scope, get_weights().names)
    addresses = [each.norm for each in read.tokens if each.kind == "email"]
    found = mentions.find_by_email(context.scope, addresses)
    for mention in said:
        # The message was not written to the bot: words that merely resemble a name are most often no name.
        if not _was_corrected(read, mention):
            found += _records_of_mention(mention)
    return _drop_converted_leads(context, list(dict.fromkeys(found)))


def _was_corrected(read: Text, mention: Mention) -> bool:
    """Return whether the name was only found by correcting its spelling."""
    return any(each.mended for each in read.tokens[mention.first : mention.last + 1])


def _records_of_mention(mention: Mention) -> Iterator[RecordKey]:
    """Yield the leads and contacts that a mention means; the accounts where it means no people."""
    people = [(each.kind, each.id) for each in mention.records if each.kind in PEOPLE]
    yield from people or [(each.kind, each.id) for each in mention.records if each.kind == "account"]


def _drop_converted_leads(context: Context, found: list[RecordKey]) -> list[RecordKey]:
    """Drop converted leads whose contact was found too: a person is shown once."""
    became = name_index.find_converted_contacts(context.scope, [number for kind, number in found if kind == "lead"])
    return [
        (kind, number) for kind, number in found if kind != "lead" or ("contact", became.get(number, 0)) not in found
    ]


def _load_records(context: Context, found: list[RecordKey]) -> tuple[Record, ...]:
    return context.build_records(
        build_record_lines(context.scope, [context.get_record(format_ref(*each)) for each in found])
    )
