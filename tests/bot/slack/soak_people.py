"""People who use Leadlight all at once, each in a thread, as people do: who sees an error tries again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from bot.playground.local_slack import LocalSlack
from bot.playground.screen.screen_view import VisibleChanges
from bot.playground.workspace.api_refusal import NotPossible
from bot.playground.workspace.traffic_ledger import Delivery
from tests.bot.slack.conversion_cases import Case, wait_for_answer

QUESTIONS = ("my leads", "my pipeline by stage", "what changed this week?", "top 5 leads", "forecast", "help")
PATIENCE = 120.0
"""Seconds that somebody waits for a card, or goes on trying to open a form."""

T = TypeVar("T")


@dataclass
class Traffic:
    """What people did: messages of each kind, orders as (message, text of the activity), commands, conversions."""

    questions: list[Delivery] = field(default_factory=list)
    orders: list[tuple[Delivery, str]] = field(default_factory=list)
    cards: list[Delivery] = field(default_factory=list)
    commands: list[Delivery] = field(default_factory=list)
    homes: list[Delivery] = field(default_factory=list)
    conversions: list[Case] = field(default_factory=list)
    gave_up: int = 0
    """Conversions of which no card came, or whose form said all the time that nothing was done yet."""

    @property
    def count(self) -> int:
        """How many things people began to do."""
        kinds = (self.questions, self.orders, self.commands, self.homes, self.conversions)
        return sum(map(len, kinds))


class Crowd:
    """Lets each person do one thing after the other until `stop`, `pause` seconds apart on average."""

    def __init__(self, slack: LocalSlack, cases: Iterator[Case], pause: float) -> None:
        self.traffic = Traffic()
        self._slack, self._pause = slack, pause
        self._cases: dict[str, list[Case]] = {}
        for each in cases:
            self._cases.setdefault(each.person.id, []).append(each)
        self._stopped = threading.Event()
        self._failures: list[Exception] = []
        self._threads = [
            threading.Thread(target=self._act_until_stopped, args=(own, random.Random(seed)), daemon=True)
            for seed, own in enumerate(self._cases.values())
        ]

    def start(self) -> None:
        for each in self._threads:
            each.start()

    def stop(self) -> None:
        """Let everybody finish what they are at. Raise what went wrong with one of them."""
        self._stopped.set()
        for each in self._threads:
            each.join(4 * PATIENCE)
        if self._failures:
            raise self._failures[0]

    def _act_until_stopped(self, own: list[Case], chance: random.Random) -> None:
        person = own[0].person
        try:
            while not self._stopped.wait(chance.uniform(0, 2 * self._pause)):
                match chance.choices(("question", "order", "convert", "command", "home"), (40, 20, 15, 15, 10))[0]:
                    case "question":
                        self._note(self.traffic.questions, person.says(chance.choice(QUESTIONS), waits=False))
                    case "order":
                        words = f"soaked {len(self.traffic.orders)} {person.id} {time.monotonic_ns()}"
                        said = person.says(f"log_activity #L{own[-1].lead} kind=call text='{words}'", waits=False)
                        assert said.delivery is not None
                        self.traffic.orders.append((said.delivery, words))
                    case "convert" if len(own) > 1:
                        self._convert(own.pop(0))
                    case "command":
                        self._note(self.traffic.commands, person.uses_command("/leads", "hot", waits=False))
                    case "home":
                        self._note(self.traffic.homes, person.opens_home(waits=False))
        except Exception as error:
            self._failures.append(error)

    def _note(self, kind: list[Delivery], seen: VisibleChanges) -> None:
        assert seen.delivery is not None
        kind.append(seen.delivery)

    def _convert(self, case: Case) -> None:
        """Ask for a conversion, and say yes to it: by a message, a button or a form."""
        end = time.monotonic() + PATIENCE
        if case.surface == "form":
            while case.modal is None and time.monotonic() < end:
                case.person.uses_command("/convert", f"#L{case.lead}", waits=False)
                case.modal = _await(lambda: case.person.modal, 1.0)
        else:
            seen = case.person.says(f"convert #L{case.lead}", waits=False)
            self._note(self.traffic.cards, seen)
            assert seen.delivery is not None
            case.card = wait_for_answer(case.person, seen.delivery, PATIENCE)
        if case.card is None and case.modal is None:
            self.traffic.gave_up += 1
            return
        self.traffic.conversions.append(case)
        case.act()
        while not case.answers(self._slack) and time.monotonic() < end:
            time.sleep(1.0)
            # It may be answered just as they want to press.
            with suppress(NotPossible):
                case.again()
        if case.person.modal is case.modal and case.modal is not None:
            # What stands in the form said each time that it was not done.
            case.person.closes_modal(case.modal)
            self.traffic.conversions.remove(case)
            self.traffic.gave_up += 1


def _await(find: Callable[[], T | None], seconds: float) -> T | None:
    end = time.monotonic() + seconds
    while (found := find()) is None and time.monotonic() < end:
        time.sleep(0.1)
    return found
