"""The form that converts a lead: what it may become and why, what is known, what moves (DOMAIN.md section 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.slack.modals import elements
from bot.slack.modals.answers import AGAIN, begun, block_of, filled
from bot.slack.modals.elements import MOST_RADIO, Option
from bot.slack.modals.form import ACTION, fingerprint, inputs, known, title
from bot.slack.modals.kept import FORM, Kept, Place
from bot.slack.modals.shapes import Shape, shapes
from bot.slack.render.blocks import Json, divider
from commands.context import Context
from commands.conversion import ConvertLead
from commands.conversion_offer import Offer
from commands.criteria import Criterion, guideline
from commands.errors import Ambiguous, CommandError
from commands.preparation import prepare
from commands.reply import Reply
from commands.spoken import day_words, money
from storage.candidates import Candidate
from storage.names import KIND_OF, ref
from storage.record_lines import lines_of
from storage.tables import Account, Contact, Opportunity

NEW, NONE = "new", "none"
SHAPES = {each.name: each for each in shapes(ConvertLead)}
DESCRIBES = ("opportunity_name", "amount", "close_date", "stage")
"""What is asked of a new opportunity."""
CHOOSE = "Several fit equally well. Choose one; the rest follows from it."
UNTOUCHED = "All that is known of the lead moves; nothing stays behind."


def page(context: Context, arguments: Mapping[str, Any], place: Place | None, *, notice: str = "") -> Json:
    """The form with these choices made, or those that follow from what is there.

    CommandError where the lead cannot be converted, with the way out.
    """
    offer = offered(context, arguments)
    lead = context.records(lines_of(context.scope, [offer.lead]))[0]
    blocks = [elements.section(notice)] if notice else []
    blocks += [
        elements.about(lead, context.today),
        *_qualification(context, offer),
        _account(offer),
    ]
    if "account" not in offer.undecided:
        blocks += [_contact(offer), _opportunity(offer)]
    if offer.chosen.choice.opens is not None:
        blocks += _described(context, offer, arguments)
    blocks += [divider(), *_moved(offer)]
    kept = Kept(place, {"name": ref("lead", offer.lead.id)}, shown=shown(offer))
    verb = ConvertLead.verb()
    submit = title(verb).split()[0] + (" anyway" if offer.anyway else "")
    return elements.modal(title(verb), FORM + verb, kept.written(), blocks, submit)


def offered(context: Context, arguments: Mapping[str, Any]) -> Offer:
    """What these arguments would do. CommandError where they do nothing, with the reason."""
    try:
        command = prepare(ConvertLead, arguments, context)[0]
    except Ambiguous as several:
        raise CommandError(f"{several}. Say which one.", field=several.field) from None
    assert isinstance(command, ConvertLead)
    found = command.offered(context)
    if isinstance(found, Reply):
        raise CommandError(found.head)
    return found


def shown(offer: Offer) -> str:
    """A fingerprint of what the form says: what can be chosen and is, how qualified the lead is, what moves."""
    choice = offer.chosen.choice
    return fingerprint(
        [
            [each.value for each in (*_accounts(offer), *_contacts(offer), *_opportunities(offer))],
            [each and each.id for each in (choice.account, choice.contact, choice.joins)],
            [choice.opens is None, sorted(offer.undecided), [each.line for each in offer.criteria]],
            [offer.verdict, offer.moved],
        ]
    )


def said(kept: Kept, view: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are filled in, as they came, without contact and opportunity of another account."""
    state = view.get("state")
    found: dict[str, Any] = dict(kept.fixed)
    account = filled(state, "account")
    if isinstance(account, str):
        found["account"] = account
    if (block_of(view, "contact") or "").split(AGAIN)[1:2] != [_mark(account)]:
        return found
    if isinstance(contact := filled(state, "contact"), str):
        found["contact"] = contact
    match filled(state, "opportunity"):
        case "new":
            found["create_opportunity"] = True
        case "none":
            found["create_opportunity"] = False
        case str() as joined:
            found["opportunity"] = joined
    if found.get("create_opportunity"):
        given = {name: filled(state, name) for name in DESCRIBES}
        found |= {name: value for name, value in given.items() if value is not None}
    return found


def redrawn(context: Context, kept: Kept, view: Mapping[str, Any], chosen: str) -> Json | None:
    """The form after a choice: another account has its own contacts and opportunities."""
    if chosen not in ("account", "contact", "opportunity"):
        return None
    found = said(kept, view)
    if found.get("opportunity_name") == filled(begun(view), "opportunity_name"):
        found.pop("opportunity_name", None)
    return page(context, known(ConvertLead, context, found), kept.place)


def settled(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments without what is new anyway.

    So that a record which a colleague creates in this very moment is taken, rather than a second one made.
    """
    for name in ("account", "contact"):
        if arguments.get(name) == NEW:
            fewer = {field: value for field, value in arguments.items() if field != name}
            offer = offered(context, fewer)
            record = offer.chosen.choice.account if name == "account" else offer.chosen.choice.contact
            if record is None and name not in offer.undecided:
                arguments = fewer
    return arguments


def told(reply: Reply, offer: Offer) -> Reply:
    """The reply of a conversion without what the form has shown already."""
    return replace(reply, notes=reply.notes[: 1 if offer.anyway else 0])


def _qualification(context: Context, offer: Offer) -> Iterator[Json]:
    lines = [_evidence(context, each) for each in offer.criteria]
    yield elements.titled("Qualification", [*lines, offer.verdict] if offer.verdict else lines)


def _evidence(context: Context, each: Criterion) -> str:
    """What is known of a criterion; where nothing is, what would be enough."""
    enough = f" (strong is {guideline(each.name, context.vocabulary)})" if each.value is None else ""
    return each.line + enough


def _account(offer: Offer) -> Json:
    return _asked("account", _accounts(offer), _chosen(offer, "account", offer.chosen.choice.account), offer)


def _contact(offer: Offer) -> Json:
    return _asked("contact", _contacts(offer), _chosen(offer, "contact", offer.chosen.choice.contact), offer)


def _opportunity(offer: Offer) -> Json:
    choice = offer.chosen.choice
    chosen = _ref(choice.joins) if choice.joins is not None else NEW if choice.opens is not None else NONE
    return _asked("opportunity", _opportunities(offer), chosen, offer)


def _asked(name: str, options: Sequence[Option], chosen: str | None, offer: Offer) -> Json:
    # What was chosen for one account must not stay chosen for another: Slack keeps it where the block_id stays.
    account = offer.chosen.choice.account
    mark = "" if name == "account" else AGAIN + _mark(account and _ref(account))
    hint = CHOOSE if name in offer.undecided else ""
    element = elements.radio(ACTION + name, options, chosen)
    return elements.entry(name + mark, SHAPES[name].label, element, hint=hint, acts=True)


def _mark(account: Any) -> str:
    """What stands in the block ids of all that belongs to one account."""
    return NEW if account is None else str(account)


def _chosen(offer: Offer, name: str, record: Account | Contact | None) -> str | None:
    if name in offer.undecided:
        return None
    return NEW if record is None else _ref(record)


def _accounts(offer: Offer) -> tuple[Option, ...]:
    new = Option(NEW, f"New account {offer.lead.company or ''}")
    found = _existing(offer.chosen.accounts, offer.chosen.choice.account, offer.chosen.account_why)
    return (*found, new)


def _contacts(offer: Offer) -> tuple[Option, ...]:
    new = Option(NEW, f"New contact {offer.lead.name}")
    account = offer.chosen.choice.account
    found = _existing(offer.chosen.contacts, offer.chosen.choice.contact, offer.chosen.contact_why, account)
    return (*found, new)


def _existing(
    candidates: Sequence[Candidate[Any]], chosen: Any, why: str, account: Account | None = None
) -> tuple[Option, ...]:
    """The candidates, and what was chosen besides them, each with why it fits; as many as leave room for a new one."""
    rows = [(each.record, each.why) for each in candidates]
    if chosen is not None and all(record is not chosen for record, _ in rows[: MOST_RADIO - 1]):
        rows.insert(0, (chosen, why))
    return tuple(
        Option(_ref(record), record.name, f"Existing, {reason}{_elsewhere(record, account)}")
        for record, reason in rows[: MOST_RADIO - 1]
    )


def _elsewhere(record: Any, account: Account | None) -> str:
    other = isinstance(record, Contact) and record.account_id not in (None, account.id if account else None)
    return "; stays with its own account" if other else ""


def _opportunities(offer: Offer) -> tuple[Option, ...]:
    candidates, joined = offer.chosen.opportunities, offer.chosen.choice.joins
    rows = [each.record for each in candidates]
    rows = rows if joined is None or joined in rows else [joined, *rows]
    joins = tuple(Option(_ref(each), f"Join {each.name}", _deal(each)) for each in rows[: MOST_RADIO - 2])
    shape: Shape = SHAPES["create_opportunity"]
    new = () if offer.gated else (Option(NEW, shape.yes_no[0]),)
    return (*joins, *new, Option(NONE, shape.yes_no[1]))


def _deal(each: Opportunity) -> str:
    """`$45,000, closes Tue 15 Dec 2026; as a further contact`."""
    amount = money(each.amount, each.currency) if each.amount is not None else ""
    closes = f"closes {day_words(each.close_date)}" if each.close_date else ""
    role = "as its primary contact" if each.contact_id is None else "as a further contact"
    return "; ".join(filter(None, (", ".join(filter(None, (amount, closes))), role)))


def _described(context: Context, offer: Offer, arguments: Mapping[str, Any]) -> Iterator[Json]:
    opens = offer.chosen.choice.opens
    assert opens is not None
    amount = f"{opens.amount.normalize():f}" if opens.amount is not None else None
    first = dict(zip(DESCRIBES, (opens.name, amount, opens.close_date.isoformat(), opens.stage.name), strict=True))
    for name in DESCRIBES:
        for block in inputs(SHAPES[name], context, first[name]):
            if name == "amount":
                block["label"] = elements.plain(f"{SHAPES[name].label} ({opens.currency})", elements.LONGEST_TITLE)
            # A suggested name follows the account; one that was typed stays, because it is suggested from then on.
            mark = AGAIN + fingerprint(opens.name) if name == "opportunity_name" else ""
            yield {part: value for part, value in block.items() if part != "hint"} | {"block_id": name + mark}


def _moved(offer: Offer) -> Iterator[Json]:
    if "account" in offer.undecided:
        return
    yield elements.titled("What moves", offer.moved or (UNTOUCHED,))


def _ref(record: Account | Contact | Opportunity) -> str:
    return ref(KIND_OF[type(record)], record.id)
