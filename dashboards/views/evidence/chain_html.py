"""A chain of evidence as HTML to read from top to bottom: a block per stage, a line per step."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from lineage.links import Link
from reports.language import NOTHING, Language

TONES = {"witnessed": "good", "sealed": "warn", "unsealed": "warn", "broken": "bad", "none": "bad"}
BYTES_TONES = {"same": "good", "differs": "bad", "gone": "bad"}
# A stage with more steps is folded; its heading still counts what cannot be proved.
OPEN_AT_MOST = 6
HASH_SHOWN = 12


def as_html(links: Sequence[Link], say: Language) -> str:
    """Return the chain."""
    blocks = [(stage, list(group)) for stage, group in groupby(links, key=lambda link: link.stage)]
    present = {stage for stage, _ in blocks}
    unsigned = f'<li class="ev-stage ev-none"><p>{escape(say("evidence.unsigned"))}</p></li>'
    body = ""
    for stage, steps in blocks:
        body += unsigned if stage == "seal" and "signature" not in present else ""
        body += _block(stage, steps, say)
    return f'<ol class="ev-chain">{body}</ol>'


def _block(stage: str, steps: Sequence[Link], say: Language) -> str:
    bad = sum(TONES[step.proof] == "bad" or BYTES_TONES.get(step.bytes) == "bad" for step in steps)
    tone = "bad" if bad else "good" if all(step.proof == "witnessed" for step in steps) else "warn"
    count = (
        say("evidence.unproved", count=bad) if bad else say("evidence.steps", count=say.number(len(steps)))
    )
    is_open = " open" if bad or len(steps) <= OPEN_AT_MOST else ""
    rows = "".join(_step(step, say) for step in steps)
    title = escape(say(f"evidence.stage.{stage}"))
    return (
        f'<li class="ev-stage ev-{tone}"><details{is_open}><summary><b>{title}</b> '
        f'<span class="ml-state ml-{tone}">{escape(count)}</span>'
        f"<small>{escape(say(f'evidence.about.{stage}'))}</small></summary>"
        f'<table class="ml-table"><tbody>{rows}</tbody></table></details></li>'
    )


def _step(step: Link, say: Language) -> str:
    leaf = NOTHING if step.index is None else f"#{step.index:,}"
    digest = step.digest[:HASH_SHOWN] + "…" if step.digest else NOTHING
    return (
        f"<tr><td><b>{escape(step.what)}</b>{_note(step, say)}</td>"
        f"<td>{escape(step.who)}<small>{escape(say.time(step.at))}</small></td>"
        f'<td class="ev-hash" title="{escape(step.digest)}">{escape(digest)}</td>'
        f'<td class="num">{leaf}</td>'
        f"<td>{_state('evidence.proof', step.proof, TONES[step.proof], say)}"
        f"{_state('evidence.bytes', step.bytes, BYTES_TONES.get(step.bytes, ''), say)}</td></tr>"
    )


def _state(group: str, code: str, tone: str, say: Language) -> str:
    return f'<span class="ml-state ml-{tone}">{escape(say.code(group, code))}</span> ' if tone else ""


def _note(step: Link, say: Language) -> str:
    if not step.note:
        return ""
    if step.stage in ("release", "signature", "model"):
        return f"<small>{escape(say.code('evidence.act', step.note))}</small>"
    if step.stage == "gate":
        counts = dict(zip(("rules", "blocking", "warnings"), step.note.split(" / "), strict=True))
        return f"<small>{escape(say('evidence.note.gate', **counts))}</small>"
    return f"<small>{escape(say(f'evidence.note.{step.stage}', text=step.note))}</small>"
