"""Standard Markdown to HTML, as far as Slack's markdown block shows it: images as their description only."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from bot.playground.page.inline_html import render_emoji, render_link

_PARTS = re.compile(r"(`[^`\n]+`|!\[[^\]]*\]\([^)]*\)|\[[^\]]+\]\([^)\s]+\))")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_ITALIC = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\w*])")
_STRIKE = re.compile(r"~~(?=\S)(.+?)(?<=\S)~~")
_ITEM = re.compile(r"^(\s*)(?:([-*+])|(\d+)[.)])\s+(.*)$")
_RULE = re.compile(r"^\s*\|?[\s:|-]+\|[\s:|-]*$")


def render_markdown(text: str) -> str:
    return "".join(_render_lines(text.split("\n")))


def render_inline(text: str) -> str:
    return "".join(
        _render_part(each) if index % 2 else _render_marks(each) for index, each in enumerate(_PARTS.split(text))
    )


def _render_part(part: str) -> str:
    if part.startswith("`"):
        return f"<code>{html.escape(part[1:-1])}</code>"
    label, _, url = part.lstrip("!")[1:-1].partition("](")
    return (
        f'<span class="omitted">[image: {html.escape(label)}]</span>'
        if part[0] == "!"
        else render_link(_render_marks(label), url)
    )


def _render_marks(text: str) -> str:
    text = html.escape(text, quote=False)
    text = _BOLD.sub(r"<b>\2</b>", text)
    text = _ITALIC.sub(r"<i>\2</i>", text)
    return render_emoji(_STRIKE.sub(r"<s>\1</s>", text))


def _render_lines(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = next((i for i in range(at + 1, len(lines)) if lines[i].startswith("```")), len(lines))
            yield f"<pre>{html.escape(chr(10).join(lines[at + 1 : end]))}</pre>"
            at = end + 1
        elif line.startswith("|") and at + 1 < len(lines) and _RULE.match(lines[at + 1]):
            end = next((i for i in range(at, len(lines)) if not lines[i].startswith("|")), len(lines))
            yield _render_table([lines[at], *lines[at + 2 : end]])
            at = end
        elif _ITEM.match(line):
            end = next((i for i in range(at, len(lines)) if not _ITEM.match(lines[i])), len(lines))
            yield _render_list(lines[at:end])
            at = end
        else:
            yield _render_line(line)
            at += 1


def _render_line(line: str) -> str:
    if (heading := re.match(r"^(#{1,6})\s+(.*)$", line)) is not None:
        return f"<h4>{render_inline(heading[2])}</h4>"
    if line.startswith(">"):
        return f"<q>{render_inline(line[1:].strip())}</q>"
    if re.fullmatch(r"\s*([-*_])(\s*\1){2,}\s*", line):
        return "<hr>"
    return f"<p>{render_inline(line)}</p>" if line.strip() else '<div class="gap"></div>'


def _render_list(lines: list[str]) -> str:
    items = []
    for line in lines:
        found = _ITEM.match(line)
        assert found is not None
        sign = "•" if found[2] else f"{found[3]}."
        depth = min(len(found[1].expandtabs(4)) // 2, 4)
        items.append(f'<div class="item depth{depth}"><span>{sign}</span><div>{render_inline(found[4])}</div></div>')
    return "".join(items)


def _render_table(lines: list[str]) -> str:
    rows = [[render_inline(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]
    head = "".join(f"<th>{cell}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'
