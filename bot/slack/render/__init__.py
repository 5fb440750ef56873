"""Answers as Slack messages: pure functions from a reply to blocks."""

from bot.slack.render.blocks import Message
from bot.slack.render.fallback import plain, plain_view
from bot.slack.render.message import message, notice

__all__ = ["Message", "message", "notice", "plain", "plain_view"]
