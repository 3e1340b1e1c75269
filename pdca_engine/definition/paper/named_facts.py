"""Facts that other rooms supply to guards by name: `coverage.clauses`, `readiness.unmet` … None while that room has nothing to say."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple

from pdca_engine.definition.paper.workflow import Text


class NamedFact(NamedTuple):
    """A field type that says what sort of value it is, and its title for a refusal while it is unknown."""

    type: str
    title: Text


def _fact(type_: str, en: str, zh: str) -> NamedFact:
    return NamedFact(type_, Text(en, zh))


NAMED_FACTS: Final = MappingProxyType(
    {
        "check.verdict": _fact("text", "Verdict of the check", "检查判定结果"),
        "check.points": _fact("integer", "Points of the trial", "试运行数据点数"),
        "check.trial_mean": _fact("number", "Mean of the trial", "试运行均值"),
        "check.baseline_mean": _fact("number", "Mean of the baseline", "基线均值"),
        "coverage.clauses": _fact("percent", "Clauses covered by audits (%)", "审核覆盖的条款（%）"),
        "coverage.services": _fact("percent", "Services covered by audits (%)", "审核覆盖的服务（%）"),
        "coverage.sites": _fact("percent", "Sites covered by audits (%)", "审核覆盖的场所（%）"),
        "coverage.open": _fact("integer", "Planned clauses neither audited nor explained", "既未审核也未说明的计划条款数"),
        "team.independent": _fact("boolean", "Independence of the audit team", "审核组的独立性"),
        "team.competent": _fact("boolean", "Competence of the audit team", "审核组的能力"),
        "answers.total": _fact("integer", "Questions of the round", "本轮问题数"),
        "answers.open": _fact("integer", "Unanswered questions", "未回答的问题数"),
        "answers.to_confirm": _fact("integer", "Answers still to be confirmed", "待确认的答复数"),
        "answers.without_evidence": _fact("integer", "Answers without evidence", "缺少证据的答复数"),
        "answers.without_reason": _fact("integer", "Answers “no instance” without a reason", "未说明原因的“无实例”答复数"),
        "answers.sampled": _fact("integer", "Answers looked at by the reviewer", "复核人抽查的答复数"),
        "answers.core_sampled": _fact("integer", "Core answers looked at by the reviewer", "复核人抽查的核心条款答复数"),
        "answers.gaps_open": _fact("integer", "Gaps without an item or an accepted reason", "没有对应事项或认可原因的差距数"),
        "inputs.total": _fact("integer", "Inputs of the review", "评审输入数"),
        "inputs.present": _fact("integer", "Inputs delivered", "已提交的输入数"),
        "inputs.waived": _fact("integer", "Inputs waived", "已豁免的输入数"),
        "inputs.oldest_days": _fact("integer", "Age of the oldest input in days", "最早输入的天数"),
        "decisions.total": _fact("integer", "Decisions of the review", "评审决定数"),
        "decisions.open": _fact("integer", "Decisions not carried out", "未落实的决定数"),
        "readiness.unmet": _fact("integer", "Unmet criteria of the gate", "关口未满足的准则数"),
        "certificate.surveillance_due": _fact("datetime", "Due date of the surveillance", "监督审核到期日"),
        "certificate.surveillance_opens": _fact("datetime", "Opening of the surveillance window", "监督审核窗口开启日"),
        "certificate.valid_until": _fact("datetime", "Last valid day of the certificate", "证书最后有效日"),
        "certificate.recertification_opens": _fact("datetime", "Opening of the recertification project", "再认证项目启动日"),
        "certificate.restoration_until": _fact("datetime", "Last day for restoring the certificate", "证书恢复截止日"),
        "versions.open_drafts": _fact("integer", "Open drafts of the document", "文件未完成的草稿数"),
        "versions.newer_in_force": _fact("boolean", "Whether a newer version is in force", "是否已有更新版本生效"),
        "versions.needed_elsewhere": _fact("integer", "Requirements that only this document meets", "仅由此文件满足的要求数"),
        "comments.open": _fact("integer", "Open review comments", "未处理的评审意见数"),
        "gap.days": _fact("integer", "Days without a certificate", "无证书的天数"),
    }
)
"""Every named fact there is. A guard that reads one which nobody supplies yet is refused as GUARD_UNKNOWN with its title."""
