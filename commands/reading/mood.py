"""Whether a sentence orders, asks, reports or only imagines. Nothing but orders and reports may write."""

from __future__ import annotations

from commands.reading.sentence import Sentence

OPENING = frozenset(
    """um uh uhm er ah oh so well ok okay right yeah yes hey hi hello and but please sorry now then listen look also
    just actually hm hmm first second secondly kindly you know quick one good morning afternoon there dear sir madam
    mate btw fyi guys bot leadlight no wait anyway frankly honestly out""".split()
)
ASKING = frozenset("what who whose whom when where which why how is are was were do does did am isnt has".split())
HELPING = frozenset("can could will would may might shall should have had".split())
ASKED = frozenset("you u someone somebody anyone anybody".split())
HARMLESS = frozenset("stop without none nothing never no".split())


INVERTED = tuple([word] for word in "i we he she they it @ the".split())
INTENDING = frozenset("wants plans hopes intends tries refuses hates thinks prefers".split())
UNSURE = tuple(
    f"{doubt} {joint} {who}"
    for doubt in ("not sure", "unsure", "not certain", "do not know", "no idea", "not clear", "unclear")
    for joint in ("if", "whether")
    for who in ("we", "they", "he", "she", "i", "@")
)


def segment(s: Sentence, at: int) -> tuple[int, int]:
    """The units of the sentence around a unit, from stop to stop."""
    first = at
    while first > 0 and not s.breaks(first):
        first -= 1
    last = at
    while last + 1 < len(s.units) and not s.breaks(last + 1):
        last += 1
    return first, last


def opening(s: Sentence, first: int, last: int) -> int:
    """Where a sentence begins once politeness and hesitation are over."""
    at = first
    polite = s.all("moods.polite", "moods.chat")
    while at <= last:
        skip = next((each.last for each in polite if each.first == at), None)
        if skip is not None:
            at = skip + 1
        elif s.norms[at] in OPENING:
            at += 1
        else:
            break
    return min(at, last)


def is_question(s: Sentence, at: int = 0) -> bool:
    """Whether the sentence around a unit asks for something to be told rather than done."""
    if not s.units:
        return False
    first, last = segment(s, at)
    start = opening(s, first, last)
    word = s.norms[start]
    following = s.norms[start + 1] if start + 1 <= last else ""
    if is_request(s, at):
        return False
    if any(s.norms[at] == "how" and s.norms[at + 1] in ("many", "much") for at in range(start, last)):
        return True
    if word in ASKING and not (word in ("do", "is", "are", "has") and start == last):
        return not (word == "do" and following in ("not", "me", "it", "that", "the", "one", "this", "so", "please"))
    if word in HELPING and following in (
        "i",
        "we",
        "he",
        "she",
        "they",
        "it",
        "@",
        "the",
        "my",
        "our",
        "this",
        "that",
        "you",
        "there",
    ):
        return True
    closing = s.units[last + 1].gap if last + 1 < len(s.units) else s.text.end_gap
    return "?" in closing


def is_request(s: Sentence, at: int) -> bool:
    """`can you mark …`, `would you …`: an order in the form of a question."""
    first, last = segment(s, at)
    start = opening(s, first, last)
    if s.norms[start] in HELPING and start + 1 <= last and s.norms[start + 1] in ASKED:
        return not (start + 2 <= last and s.norms[start + 2] in ("tell", "see"))
    for each in s.all("moods.polite"):
        if first <= each.first <= last:
            return True
    colleague = s.mentions.get(start + 1) if s.norms[start] in ("can", "could") else None
    if colleague is not None and colleague.people and s.norms[start + 2 : start + 4] == ["take", "over"]:
        return True
    return any(
        s.norms[place] in HELPING
        and s.norms[place + 1] in ASKED
        and s.norms[place + 2 : place + 3] not in (["tell"], ["see"])
        for place in range(start, last)
    )


def may_write(s: Sentence, at: int, free_from: int | None = None, *, report: bool = False) -> bool:
    """Whether the words around a unit order or report something. What is quoted as free text does not count."""
    if not s.units:
        return False
    end = len(s.units) if free_from is None else free_from
    if is_question(s, at):
        return False
    polite = [(each.first, each.last) for each in s.all("moods.polite", "moods.harmless")]

    def covered(first: int, last: int) -> bool:
        return any(start <= first and last <= stop for start, stop in polite)

    first, last = segment(s, at)
    start = opening(s, first, last)
    if forbids(s, start):
        return False
    if s.norms[start] in ("should", "were") and start < last and s.norms[start + 1] not in ("you", "be"):
        return False
    if s.norms[start] == "had" and s.norms[start + 1 : start + 2] in INVERTED:
        return False
    if s.norms[at - 1 : at] == ["to"] and at > 1 and s.norms[at - 2] in INTENDING:
        return False
    if s.phrase(*UNSURE) or _told_wish(s, at):
        return False
    for each in s.all("moods.condition"):
        if each.first < end and first <= each.first <= last and not covered(each.first, each.first):
            return False
    clause_first, clause_last = s.clause(at)
    for each in s.all("moods.hypothetical"):
        inside = clause_first <= each.first <= clause_last or (
            each.first < at and each.first >= first and each.first <= first + 4
        )
        if inside and each.first < end and not covered(each.first, each.first):
            return False
    return not negated(s, at, clause_first, clause_last, end, writes=True)


def forbids(s: Sentence, start: int) -> bool:
    """Whether a sentence opens with `don't`, `never`, `no need`: nothing in it is ordered, whatever follows."""
    said = s.norms[start : start + 2]
    if said not in (["do", "not"], ["no", "need"], ["let", "us"]) and said[:1] not in (
        ["never"],
        ["nobody"],
        ["noone"],
    ):
        return False
    if said == ["let", "us"] and s.norms[start + 2 : start + 3] != ["not"]:
        return False
    covers = s.all("moods.harmless", "follow_up.verb", "snooze.verb", "qualify.no_budget", "drop.verdict")
    return not any(each.first <= start <= each.last and each.fixed > 1 for each in covers)


def _told_wish(s: Sentence, at: int) -> bool:
    """`glenn asked to push …`, `no need to …`, `we do not want to …`, `i would like to know if …`."""
    before = s.norms[segment(s, at)[0] : at + 2]
    line = f" {' '.join(before)} "
    if s.norms[at - 1 : at] == ["to"] and any(
        f" {who} {asked} " in line
        for who in ("@", "he", "she", "they")
        for asked in ("asked", "wanted", "asks", "want")
    ):
        return s.norms[at] not in ("meet", "call")
    if any(f" {words} " in line for words in REFUSING):
        return True
    return " to know if " in line or " to know whether " in line


REFUSING = (
    "no need to", "not need to", "not want to", "not have to", "not going to", "no reason to", "not supposed to",
    "no plan to", "no plans to", "not plan to", "not ready to", "rather not", "not like to",
)  # fmt: skip


def negated(s: Sentence, at: int, first: int, last: int, end: int, *, writes: bool = False) -> bool:
    """Whether a negation that belongs to no phrase stands in the clause.

    An order is not saved by a loose phrase: `do not mark May as contacted` is no `not … contacted`.
    """
    many = s.has("kinds.lead", "list.many")
    for each in s.all("moods.negation"):
        if not (first <= each.first <= last and each.first < end):
            continue
        if any(
            other.first <= each.first and each.last <= other.last and other.fixed >= 2
            for other in s.found
            if not (writes and not many and other.concept == "list.untouched")
            and not other.concept.startswith(
                ("moods.negation", "moods.condition", "moods.hypothetical", "answers", "kinds")
            )
        ):
            continue
        if any(when.first <= each.first <= when.last for when in s.whens):
            continue
        return True
    return False


def bare_negation(s: Sentence, end: int | None = None) -> bool:
    """Whether anything in the sentence is negated outside of known phrases."""
    return negated(s, 0, 0, len(s.units) - 1, len(s.units) if end is None else end)


BEFORE_ORDERS = frozenset(
    "please pls you to and then now so just kindly @ her him also let us go lets must should want".split()
)


def ordered(s: Sentence, at: int) -> bool:
    """Whether a verb stands where orders stand: first, behind a comma, behind please, you, to, and."""
    first, last = segment(s, at)
    if at <= opening(s, first, last) or s.units[at].gap:
        return True
    return s.norms[at - 1] in BEFORE_ORDERS or any(each.last == at - 1 for each in s.all("moods.polite", "moods.chat"))
