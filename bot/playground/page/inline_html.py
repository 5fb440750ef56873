"""Words to HTML: Slack's mrkdwn, names, links and emoji."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from bot.playground.workspace.slack_world import World

# The emoji that the bot uses; any other shows as its name.
EMOJI = {
    "alarm_clock": "⏰",
    "arrow_down": "⬇️",
    "arrow_up": "⬆️",
    "bar_chart": "📊",
    "bell": "🔔",
    "bulb": "💡",
    "calendar": "📆",
    "chart_with_upwards_trend": "📈",
    "eyes": "👀",
    "fire": "🔥",
    "hourglass_flowing_sand": "⏳",
    "house": "🏠",
    "large_blue_circle": "🔵",
    "mag": "🔍",
    "moneybag": "💰",
    "pencil2": "✏️",
    "point_right": "👉",
    "red_circle": "🔴",
    "rotating_light": "🚨",
    "snowflake": "❄️",
    "sparkles": "✨",
    "star": "⭐",
    "sunrise": "🌅",
    "sunny": "☀️",
    "tada": "🎉",
    "telephone_receiver": "📞",
    "trophy": "🏆",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "x": "❌",
    "zzz": "💤",
}
_CODE = re.compile(r"(```.+?```|`[^`\n]+`)", re.DOTALL)
_CONTROL = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_MARKS = (
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), "b"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), "i"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"), "s"),
)
_NAME = re.compile(r":([a-z0-9_+-]+):")


def render_plain(text: str) -> str:
    """Render text without any markup."""
    return render_emoji(html.escape(text)).replace("\n", "<br>")


def render_emoji(escaped: str) -> str:
    return _NAME.sub(lambda found: EMOJI.get(found[1], found[0]), escaped)


def render_link(label: str, url: str) -> str:
    """Render a link that leads nowhere, its address in the tooltip. `label` is HTML."""
    return f'<span class="link" title="{html.escape(url)}">{label or html.escape(url)}</span>'


def render_mrkdwn(text: str, world: World) -> str:
    """Render Slack's own markup (docs.slack.dev/messaging/formatting-message-text)."""
    made: list[str] = []
    for index, part in enumerate(_CODE.split(text)):
        if index % 2:
            made.append(_render_code(part))
        else:
            # A line break right behind a code block is the end of its last line, not an empty line.
            after_block = bool(made) and made[-1].endswith("</pre>")
            made.append(_render_quotes(_render_prose(part.removeprefix("\n") if after_block else part, world)))
    return "".join(made)


def _render_code(part: str) -> str:
    # Slack's own three escapes are undone first, or the page would show them twice escaped.
    inner = html.escape(html.unescape(part.strip("`").strip("\n")))
    return f"<pre>{inner}</pre>" if part.startswith("```") else f"<code>{inner}</code>"


def _render_prose(part: str, world: World) -> str:
    made: list[str] = []
    at = 0
    for found in _CONTROL.finditer(part):
        made += [_render_marks(part[at : found.start()]), _render_control(found, world)]
        at = found.end()
    return "".join([*made, _render_marks(part[at:])])


def _render_marks(part: str) -> str:
    text = html.escape(html.unescape(part), quote=False)
    for pattern, tag in _MARKS:
        text = pattern.sub(_wrap_in(tag), text)
    return render_emoji(text).replace("\n", "<br>")


def _wrap_in(tag: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f"<{tag}>{found[1]}</{tag}>"


def _render_control(found: re.Match[str], world: World) -> str:
    sign, target, label = found[1], found[2], found[3]
    match sign:
        case "@":
            user = world.users.get(target)
            return f'<span class="mention">@{html.escape(user.real_name if user else label or target)}</span>'
        case "#":
            channel = world.channels.get(target)
            return f'<span class="mention">#{html.escape(channel.name if channel else label or target)}</span>'
        case "!":
            name = label or target.split("^")[0]
            return f'<span class="mention">{"" if label else "@"}{html.escape(name)}</span>'
    return render_link(_render_marks(label) if label else "", html.unescape(target))


def _render_quotes(text: str) -> str:
    lines = text.split("<br>")
    return "<br>".join(f"<q>{each[4:].strip()}</q>" if each.startswith("&gt;") else each for each in lines)
