"""A form in front of a person: drawn, filled in and sent as Slack does it."""

from __future__ import annotations

import json
from typing import Any

from bot.playground.kit.surface_rules import check_view as checked
from bot.playground.screen import form_filling
from bot.playground.screen import modal_stack as slack_modals
from bot.playground.screen.modal_stack import element_state
from bot.playground.screen.screen_reading import find_element, visible_text
from bot.playground.workspace.app_settings import AppSettings
from bot.playground.workspace.slack_state import Json
from bot.playground.workspace.slack_world import World
from bot.slack.modals import FieldErrors, NextView, open_form_view, submit_form, update_form_view
from bot.slack.payloads.button_value import ButtonCall
from bot.slack.payloads.private_metadata import FormOrigin
from commands.contract.reply import Reply
from tests.desk import Desk

HERE = FormOrigin("C1", "1700000000.000100", "1700000000.000200", ephemeral=True)


class Sheet:
    """An open view. Whatever it shows has passed the checks of the local Slack."""

    def __init__(self, desk: Desk, content: Json) -> None:
        self.desk = desk
        self.world = World(AppSettings())
        self.view = slack_modals.add_view(self.world, "T1", "U1", self._accepted(content), on_top=False)

    @property
    def words(self) -> str:
        return visible_text(self.view)

    @property
    def payload(self) -> Json:
        """The view as Slack sends it back."""
        content = {**self.view.content, "state": {"values": self.view.values}}
        return dict(json.loads(json.dumps(content)))

    def fill(self, **values: Any) -> Sheet:
        """Fill in inputs, named by argument: `fill(close_date="2026-12-31")`; None empties one."""
        form_filling.fill_view(self.view, {self._block(name): value for name, value in values.items()}, self.world)
        return self

    def choose(self, name: str, value: str) -> Sheet:
        """Choose something that is sent at once, and let the view be updated."""
        element = find_element(self.view, self._block(name)).element
        chosen = next(each for each in element["options"] if value in (each["value"], each["text"]["text"]))
        self.view.values[self._block(name)][element["action_id"]] = element_state(element, chosen)
        action = {"block_id": self._block(name), "action_id": element["action_id"], "selected_option": chosen}
        made = update_form_view(self.desk.dispatcher, self.desk.request, self.payload, action)
        if made is not None:
            slack_modals.replace_view(self.world, self.view, self._accepted(made))
        return self

    def send(self, payload: Json | None = None) -> FieldErrors | NextView | Reply:
        """Submit it. Errors are by argument; a next view is shown."""
        answer = submit_form(self.desk.dispatcher, self.desk.request, payload or self.payload)
        match answer:
            case NextView(view):
                slack_modals.replace_view(self.world, self.view, self._accepted(view))
            case FieldErrors(fields):
                assert fields.keys() <= set(self.view.values), "an error stands beside an input of the view"
                return FieldErrors({name.partition("~r")[0]: text for name, text in fields.items()})
        return answer

    def value(self, name: str) -> Any:
        """What stands in an input now."""
        state = next(iter(self.view.values[self._block(name)].values()))
        found = next(value for field, value in state.items() if field != "type")
        return found["value"] if isinstance(found, dict) else found

    def offers(self, name: str) -> list[str]:
        """What can be chosen, as it is read."""
        return [each["text"]["text"] for each in find_element(self.view, self._block(name)).element["options"]]

    def reasons(self, name: str) -> list[str]:
        """What stands below what can be chosen."""
        options = find_element(self.view, self._block(name)).element["options"]
        return [each["description"]["text"] for each in options if "description" in each]

    def has(self, name: str) -> bool:
        return any(block == name or block.startswith(f"{name}~r") for block in self.view.values)

    def is_text(self, name: str) -> bool:
        """Whether it is typed, not chosen."""
        return str(find_element(self.view, self._block(name)).element["type"]).endswith("text_input")

    def _block(self, name: str) -> str:
        return next(block for block in self.view.values if block == name or block.startswith(f"{name}~r"))

    def _accepted(self, content: Json) -> Json:
        return checked(json.loads(json.dumps(content)), ("modal",), lambda: self.world.new_id("b"))


def sheet(desk: Desk, verb: str, **arguments: Any) -> Sheet:
    """The form of a call, opened by this person."""
    return Sheet(desk, open_form_view(desk.dispatcher, desk.request, ButtonCall(verb, arguments), HERE))
