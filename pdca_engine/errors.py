"""Every refusal and fault a face can show: code, HTTP status, exit code, sentence.

The docstring of an error is its English sentence, `zh` its Chinese one; `{names}` are filled from the parameters, which also travel apart
from the sentence so that a program can read them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One unmet condition: a stable code, its parameters, the field that mends it (or None), and the sentence in both languages."""

    code: str
    en: str
    zh: str
    field: str | None = None
    params: Params = dataclasses.field(default_factory=dict)

    def sentence(self, language: str = "en") -> str:
        """The sentence in `language` ("en" or "zh")."""
        return self.zh if language == "zh" else self.en

    def as_data(self, language: str = "en") -> dict[str, Any]:
        """`{code, params, field, message}`, the shape every face shows (domain rule 2.10)."""
        return {"code": self.code, "params": dict(self.params), "field": self.field, "message": self.sentence(language)}


class PdcaError(Exception):
    """Something went wrong inside; nothing was changed. Run `pdca doctor`, and look into the log."""

    zh: ClassVar[str] = "内部出错，未作任何更改。请运行 `pdca doctor` 并查看日志。"
    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 70

    def __init__(self, **params: Any) -> None:
        self.params: dict[str, Any] = params
        super().__init__(self.sentence())

    def sentence(self, language: str = "en") -> str:
        """The message in `language`, parameters filled in."""
        template = type(self).zh if language == "zh" else (type(self).__doc__ or "")
        return template.format(**self.params)

    def refusals(self) -> Sequence[Refusal]:
        """All unmet conditions; one made of the error itself unless it carries more."""
        return (Refusal(self.code, self.sentence("en"), self.sentence("zh"), self.params.get("field"), self.params),)


class Unexpected(PdcaError):
    """Something went wrong inside; nothing was changed. When you ask for help, quote {reference}: the log tells more under it."""

    zh = "内部出错，未作任何更改。求助时请提供编号 {reference}，日志中有更多信息。"
    code = "UNEXPECTED"


class Refused(PdcaError):
    """Refused: {count} condition(s) not met."""

    zh = "被拒绝：有 {count} 项条件未满足。"
    code = "REFUSED"
    status = 422
    exit_code = 1

    def __init__(self, refusals: Sequence[Refusal], **params: Any) -> None:
        self._refusals = tuple(refusals)
        super().__init__(count=len(self._refusals), **params)

    def refusals(self) -> Sequence[Refusal]:
        """Every unmet condition, in the order of the rules."""
        return self._refusals


class NotAllowed(Refused):
    """Not allowed: your roles don't permit this."""

    zh = "不允许：您的角色无权执行此操作。"
    code = "NOT_ALLOWED"
    status = 403
    exit_code = 5


class Conflict(PdcaError):
    """{key} was changed meanwhile: you saw version {seen}, it is at {version} now. Nothing was written; compare and decide again."""

    zh = "{key} 已被他人更改：您看到的是版本 {seen}，现为版本 {version}。您的更改未写入；请对照后重新决定。"
    code = "CONFLICT"
    status = 412
    exit_code = 3


class NotFound(PdcaError):
    """There is no {noun} {name}.{hint}"""

    zh = "没有名为 {name} 的{noun_zh}。{hint_zh}"
    code = "NOT_FOUND"
    status = 404
    exit_code = 4

    def __init__(self, noun: str, noun_zh: str, name: str, hint: str = "", hint_zh: str = "", **params: Any) -> None:
        super().__init__(noun=noun, noun_zh=noun_zh, name=name, hint=f" {hint}" if hint else "", hint_zh=hint_zh, **params)


class Retired(PdcaError):
    """{workflow} was retired on {day}: it takes no new items. `pdca workflows versions {workflow}` tells why."""

    zh = "{workflow} 已于 {day} 停用，不再接受新事项。`pdca workflows versions {workflow}` 显示原因。"
    code = "RETIRED"
    status = 422
    exit_code = 1


class BadInput(PdcaError):
    """{what}"""

    zh = "{what_zh}"
    code = "BAD_INPUT"
    status = 422
    exit_code = 1

    def __init__(self, what: str, what_zh: str, **params: Any) -> None:
        super().__init__(what=what, what_zh=what_zh, **params)


class RequestKeyReused(PdcaError):
    """The request key was already used for another request ({what}). Send a new key for a new request."""

    zh = "该请求键已用于另一请求（{what}）。新请求请使用新的键。"
    code = "REQUEST_KEY_REUSED"
    status = 422
    exit_code = 1


class SignInNeeded(PdcaError):
    """Please sign in first. A sign-in link is printed by `pdca serve`, or `pdca people link LOGIN` makes one."""

    zh = "请先登录。登录链接由 `pdca serve` 打印，或用 `pdca people link 登录名` 生成。"
    code = "SIGN_IN_NEEDED"
    status = 401
    exit_code = 5


class SignInFailed(PdcaError):
    """This doesn't sign in: the link was used or is too old, or login and password don't belong together. Ask the admin for a new link."""

    zh = "无法登录：链接已使用或已过期，或登录名与密码不匹配。请向管理员索取新的登录链接。"
    code = "SIGN_IN_FAILED"
    status = 401
    exit_code = 5


class TooLarge(PdcaError):
    """The file is larger than the limit of {limit_mb} MiB; nothing was stored. Link to it, or have PDCA_MAX_UPLOAD_MB raised."""

    zh = "文件超过 {limit_mb} MiB 的上限，未保存。请改用链接，或请管理员调高 PDCA_MAX_UPLOAD_MB。"
    code = "TOO_LARGE"
    status = 413
    exit_code = 1


class StoreUnavailable(PdcaError):
    """The database can't be used: {why}. {advice}"""

    zh = "无法使用数据库：{why_zh}。{advice_zh}"
    code = "STORE_UNAVAILABLE"
    status = 503
    exit_code = 1


class Busy(PdcaError):
    """Too much is being checked at this moment; nothing was done. Try again in a few seconds."""

    zh = "当前检查任务过多，未执行任何操作。请稍候几秒重试。"
    code = "BUSY"
    status = 503
    exit_code = 1


class WrongSchema(PdcaError):
    """The database is at {found}, this program needs {wanted}. {advice}"""

    zh = "数据库处于 {found}，本程序需要 {wanted}。{advice_zh}"
    code = "WRONG_SCHEMA"
    status = 503
    exit_code = 1


class WorkflowBroken(PdcaError):
    """{name} has {count} problem(s) and was not published. Run `pdca workflows check` on it to see them with line and column."""

    zh = "{name} 有 {count} 个问题，未发布。请运行 `pdca workflows check` 查看行列位置。"
    code = "WORKFLOW_BROKEN"
    status = 422
    exit_code = 1
