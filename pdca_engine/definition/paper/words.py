"""The closed lists of the workflow language: the schema, the checks and the reference page are built from them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PHASES: Final = ("plan", "do", "check", "act", "none")
FINALS: Final = ("achieved", "ended")

FIELD_TYPES: Final = (
    "text",
    "markdown",
    "number",
    "integer",
    "money",
    "percent",
    "boolean",
    "date",
    "datetime",
    "duration",
    "choice",
    "choices",
    "person",
    "persons",
    "process",
    "service",
    "requirement",
    "measure",
    "item",
    "link",
    "table",
)

# Relations to one item that are columns of every item.
COLUMN_RELATIONS: Final = ("owner", "proposer", "checker")
# Relations a workflow may declare as a field of type `person` with that name.
FIELD_RELATIONS: Final = ("author", "assessor", "reviewer", "approver", "auditee", "secretary", "lead_auditor", "risk_owner")
RELATIONS: Final = (*COLUMN_RELATIONS, "implementer", *FIELD_RELATIONS)

PROCESS_ROLES: Final = ("process_owner", "service_owner", "risk_owner")
ORGANISATION_ROLES: Final = (
    "improvement_manager",
    "sms_manager",
    "sponsor",
    "audit_manager",
    "document_controller",
    "programme_manager",
    "auditor",
    "lead_auditor",
    "admin",
    "reader",
)
LINE_MANAGER: Final = "line_manager"  # of the item's owner: can be told, decides nothing
GRANTED_ROLES: Final = tuple(dict.fromkeys((*PROCESS_ROLES, *ORGANISATION_ROLES)))
EVERYBODY: Final = "any_staff"
ENGINE: Final = "scheduler"
ROLES: Final = tuple(dict.fromkeys((EVERYBODY, ENGINE, *RELATIONS, *GRANTED_ROLES)))
# Who decides where independence leaves nobody (domain rule 2.9).
MOVES_UP: Final = MappingProxyType({"process_owner": "sms_manager", "sms_manager": "sponsor"})

ROLE_TEXTS: Final = MappingProxyType(
    {
        "any_staff": ("Any signed-in person", "任何已登录人员"),
        "scheduler": ("The engine itself", "系统引擎"),
        "owner": ("Owner", "负责人"),
        "proposer": ("Proposer", "提出人"),
        "checker": ("Independent checker", "独立检查人"),
        "implementer": ("Implementer", "实施人"),
        "line_manager": ("Line manager of the owner", "负责人的直属上级"),
        "author": ("Author", "编写人"),
        "assessor": ("Assessor", "评估人"),
        "reviewer": ("Reviewer", "评审人"),
        "approver": ("Approver", "批准人"),
        "auditee": ("Auditee", "受审核方"),
        "secretary": ("Secretary", "秘书"),
        "process_owner": ("Process owner", "流程负责人"),
        "service_owner": ("Service owner", "服务负责人"),
        "risk_owner": ("Risk owner", "风险负责人"),
        "improvement_manager": ("Improvement manager", "改进经理"),
        "sms_manager": ("SMS manager", "服务管理体系经理"),
        "sponsor": ("Sponsor", "发起人（最高管理者）"),
        "audit_manager": ("Audit manager", "审核经理"),
        "document_controller": ("Document controller", "文件管理员"),
        "programme_manager": ("Programme manager", "项目经理"),
        "auditor": ("Internal auditor", "内部审核员"),
        "lead_auditor": ("Lead auditor", "审核组长"),
        "admin": ("Administrator", "系统管理员"),
        "reader": ("Reader", "只读人员"),
    }
)

# Common columns of every item and the field type each behaves like.
COMMON_COLUMNS: Final = MappingProxyType(
    {
        "key": "text",
        "title": "text",
        "description": "markdown",
        "workflow": "text",
        "version": "integer",
        "state": "text",
        "state_since": "datetime",
        "phase": "text",
        "cycle": "integer",
        "attempt": "integer",
        "owner": "person",
        "proposer": "person",
        "checker": "person",
        "process": "process",
        "service": "service",
        "requirements": "requirements",
        "priority": "text",
        "source": "text",
        "due": "date",
        "created_at": "datetime",
        "closed_at": "datetime",
        "parent": "item",
        "tags": "tags",
    }
)
# Those a person may edit, give at creation, or name under `needs: {fields: …}`.
EDITABLE_COLUMNS: Final = (
    "title",
    "description",
    "owner",
    "proposer",
    "checker",
    "process",
    "service",
    "requirements",
    "priority",
    "source",
    "due",
    "tags",
)
COLUMN_TEXTS: Final = MappingProxyType(
    {
        "key": ("Key", "编号"),
        "title": ("Title", "标题"),
        "description": ("Description", "描述"),
        "workflow": ("Workflow", "工作流"),
        "version": ("Version", "版本"),
        "state": ("State", "状态"),
        "state_since": ("In this state since", "进入当前状态时间"),
        "phase": ("Phase", "阶段"),
        "cycle": ("Cycle", "循环"),
        "attempt": ("Attempt", "尝试"),
        "owner": ("Owner", "负责人"),
        "proposer": ("Proposer", "提出人"),
        "checker": ("Checker", "检查人"),
        "process": ("Process", "流程"),
        "service": ("Service", "服务"),
        "requirements": ("Requirements", "条款"),
        "priority": ("Priority", "优先级"),
        "source": ("Source", "来源"),
        "due": ("Due", "到期日"),
        "created_at": ("Created", "创建时间"),
        "closed_at": ("Closed", "关闭时间"),
        "parent": ("Part of", "上级事项"),
        "tags": ("Tags", "标签"),
    }
)
PRIORITIES: Final = ("low", "medium", "high", "critical")

EFFECTS: Final = (
    "set",
    "assign",
    "notify",
    "escalate",
    "create",
    "link",
    "fire",
    "silence_timers",
    "cancel_timers",
    "next_cycle",
    "next_attempt",
    "freeze_baseline",
    "webhook",
)
TO_SAME: Final = "same"
TO_PREVIOUS: Final = "previous"
ON_RETURN: Final = ("restart", "resume", "keep")
ON_HOLIDAY: Final = ("keep", "skip", "next", "previous")
CATCH_UP: Final = ("latest", "all", "none")
REPEATS: Final = ("fixed", "after_completion")
FOR_EACH: Final = ("process", "service")
