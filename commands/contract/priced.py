"""Commands with an amount in a currency, which may be said in one breath: `amount=40k EUR`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationInfo, model_validator

from commands.contract.arguments import find_moment
from commands.contract.command import Command
from commands.contract.errors import CommandError
from commands.values.currencies import read_currency, split_currency


class Priced(Command):
    """A command with the arguments `amount` and `currency`."""

    @model_validator(mode="before")
    @classmethod
    def _take_currency_from_amount(cls, given: Any, info: ValidationInfo) -> Any:
        """Take the currency that is said with the amount. CommandError where `currency` says another one."""
        moment = find_moment(info)
        amount = given.get("amount") if isinstance(given, Mapping) else None
        if moment is None or not isinstance(amount, str):
            return given
        own = moment.vocabulary.currency
        said = read_currency(split_currency(amount)[1], own)
        if said is None:
            return given
        beside = given.get("currency")
        if beside and read_currency(str(beside), own) not in (None, said):
            raise CommandError(f"“{amount}” is in {said}, not in {beside}. Give one of them.", field="currency")
        return {**given, "currency": said}
