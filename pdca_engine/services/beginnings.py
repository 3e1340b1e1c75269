"""A first workflow file from five answers: a template that travels with the program, filled in, checked and played."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from pdca_engine.definition.language.scalars import DURATION, ITEM_KEY, NAME
from pdca_engine.definition.paper.suggest import nearest
from pdca_engine.definition.paper.words import GRANTED_ROLES
from pdca_engine.errors import BadInput
from pdca_engine.services.playing import bundled_papers, read_playable

FOLDER: Final = Path(__file__).with_name("templates")  # beside the code, so that it is never published by itself
# Template → (English, Chinese, the usual answer to "how often, how many days").
TEMPLATES: Final[dict[str, tuple[str, str, str]]] = {
    "blank": ("One turn of Plan, Do, Check, Act", "一轮策划、实施、检查、处置", "30 days"),
    "approval": ("Somebody proposes, somebody approves", "有人提出，有人批准", "10 working days"),
    "escalation": ("Answered in time, or it goes up", "按时答复，否则升级", "2 working days"),
    "periodic_review": ("Looked at again and again", "定期评审", "3 months"),
}
APPROVERS: Final = tuple(role for role in GRANTED_ROLES if role not in ("admin", "reader"))


@dataclass(frozen=True, slots=True)
class Answers:
    """The five answers: what it is called, its key, which template, who approves, how often or how many days."""

    title: str
    title_zh: str
    key: str
    template: str
    approver: str
    period: str


def id_of(title: str) -> str:
    """The workflow's id for an English title: "Access request" → access_request. BadInput where no letter is left."""
    name = re.sub("[^a-z0-9]+", "_", title.lower()).strip("_")[:60]
    if not NAME.fits(name):
        raise BadInput(
            "The English title needs a letter first: the id is made of it.", "英文名称须以字母开头：标识由其生成。", field="title"
        )
    return name


def write_workflow(answers: Answers) -> str:
    """The text of the new file, which passes `check` and `test`. BadInput says which answer can't be used and why."""
    _judge(answers)
    name = id_of(answers.title)
    text = Template((FOLDER / f"{answers.template}.yaml").read_text("utf-8")).substitute(
        id=name,
        title=json.dumps(answers.title, ensure_ascii=False),
        title_zh=json.dumps(answers.title_zh, ensure_ascii=False),
        key=answers.key,
        approver=answers.approver,
        period=answers.period,
    )
    compiled, problems = read_playable(text, f"{name}.yaml")
    if compiled is None:
        first = problems[0]
        raise BadInput(
            f"These answers don't fit the template: {first.message}.", f"这些答案不适合该模板：{first.message_zh}。", field="period"
        )
    return text


def _judge(answers: Answers) -> None:
    """Each answer by itself."""
    _one_of("template", answers.template, tuple(TEMPLATES))
    _one_of("approver", answers.approver, APPROVERS)
    if not (answers.title.isprintable() and answers.title_zh.isprintable() and answers.title_zh.strip()):
        raise BadInput("Title in English and Chinese: one line each.", "英文和中文名称各一行。", field="title")
    if not ITEM_KEY.fits(answers.key):
        raise BadInput(
            f"The key must be {ITEM_KEY.says[0]}: {answers.key}.", f"编号前缀须为{ITEM_KEY.says[1]}：{answers.key}。", field="key"
        )
    taken = next((name for name, paper in bundled_papers().items() if paper.key == answers.key), None)
    if taken:
        raise BadInput(
            f"The key {answers.key} belongs to the workflow {taken}.", f"编号前缀 {answers.key} 已属于工作流 {taken}。", field="key"
        )
    if not DURATION.fits(answers.period):
        raise BadInput(f"{answers.period} is not {DURATION.says[0]}.", f"{answers.period} 不是{DURATION.says[1]}。", field="period")


def _one_of(field: str, word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        near = nearest(word, known)
        hint, hint_zh = (f" Did you mean {near}?", f"是不是 {near}？") if near else ("", "")
        listed = ", ".join(known)
        raise BadInput(f"{word} is not one of {listed}.{hint}", f"{word} 不在可选值之中：{listed}。{hint_zh}", field=field)
