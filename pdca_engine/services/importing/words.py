"""What people call the columns of a register, in English, Chinese and a little German: the strongest word of a target first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ID: Final = "id"  # the register's own number: what makes a row recognisable when it is imported again
STATUS: Final = "status"  # the register's own status: kept as a tag

_WORDS: Final = """
title: title, short description, subject, summary, headline, name, improvement, improvement title, improvement opportunity
title: opportunity, initiative, finding, topic, idea, suggestion, issue, problem, what, titel, betreff, maßnahme
title: 标题, 主题, 名称, 改进项, 改进项名称, 改进名称, 改进主题, 改进机会, 事项名称, 事项, 项目名称, 改进建议, 建议, 问题
title: 摘要, 简述
description: description, details, detail, long description, background, current situation, problem statement
description: problem description, problem, issue, notes, beschreibung
description: 描述, 详细描述, 问题描述, 说明, 详情, 详细说明, 改进内容, 内容, 现状, 背景, 问题, 现状描述, 备注
owner: owner, responsible, responsible person, person responsible, assigned to, assignee, action owner, improvement owner
owner: lead, person in charge, pic, accountable, who, verantwortlich, verantwortlicher
owner: 负责人, 责任人, 改进负责人, 经办人, 承办人, 执行人, 担当, 担当者, 指派给
proposer: proposer, proposed by, raised by, submitted by, suggested by, reported by, reporter, requester, requested by
proposer: identified by, opened by, created by, originator, initiator, author
proposer: 提出人, 提出者, 提议人, 建议人, 发起人, 上报人, 提交人, 登记人, 申请人, 报告人
checker: checker, checked by, verified by, verifier
checker: 检查人, 验证人, 核查人
process: process, process name, process area, practice, itil process, sms process, prozess
process: 流程, 流程名称, 所属流程, 涉及流程, 过程
service: service, service name, affected service
service: 服务, 服务名称, 所属服务, 涉及服务
priority: priority, prio, importance, priorität
priority: 优先级, 优先程度, 优先度, 重要程度, 重要性
source: source, input from, where from, origin, trigger, quelle
source: 来源, 改进来源, 出处, 触发
due: due, due date, deadline, due by, target completion, target completion date, planned completion, planned completion date
due: planned end, completion date, target date, end date, finish by, by when, fällig, fällig am, fälligkeitsdatum, termin
due: frist
due: 到期日, 到期日期, 截止日期, 截止日, 截止时间, 期限, 完成期限, 计划完成日期, 计划完成时间, 预计完成日期, 预计完成时间
due: 要求完成日期, 完成日期, 目标日期
requirements: requirements, requirement, clause, clauses, iso clause, standard clause
requirements: 条款, 标准条款, 条款号, 要求
tags: tags, tag, labels, label, keywords
tags: 标签, 关键词, 关键字
id: id, key, no, nr, number, ref, reference, item id, item no, record id, record number, ticket, ticket number, improvement id
id: cir id, csi id, serial number, sn, lfd nr
id: 编号, 序号, 改进编号, 事项编号, 记录编号, 单号, 号码
status: status, state, stage, current status, progress
status: 状态, 当前状态, 事项状态, 进展, 进度, 阶段
"""


def _read(listed: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in listed.strip().splitlines():
        target, _, words = line.partition(":")
        found[target] = (*found.get(target, ()), *(word.strip() for word in words.split(",")))
    return found


WORDS: Final[Mapping[str, tuple[str, ...]]] = _read(_WORDS)
