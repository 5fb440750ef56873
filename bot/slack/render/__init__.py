"""Answers as Slack messages: pure functions from a reply to blocks."""

from bot.slack.render.blocks import SlackMessage
from bot.slack.render.fallback import simplify_message, simplify_view
from bot.slack.render.message import render_notice, render_reply

__all__ = ["SlackMessage", "render_notice", "render_reply", "simplify_message", "simplify_view"]
