"""What can be wrong with a database, and what to do about it, in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Advice(NamedTuple):
    """What is wrong and what to do, in both languages; `{where}` is the file or address."""

    why: str
    why_zh: str
    advice: str
    advice_zh: str


READ_ONLY = Advice(
    "{where} can only be read",
    "{where} 为只读",
    "Give the program's user the right to write to it.",
    "请授予本程序用户对其的写权限。",
)
READ_ONLY_FILE = Advice(
    "{where} can only be read, and SQLite writes beside it even to look",
    "{where} 为只读，而 SQLite 即使查看也须在其旁写入",
    "Let the program's user write to the file and its folder (is the disk mounted read-only?), or copy all of pdca.db* to a folder where "
    "it may and set PDCA_DATA_DIR.",
    "请让本程序用户可写该文件及其文件夹（磁盘是否以只读方式挂载？），或将全部 pdca.db* 复制到可写的文件夹并设置 PDCA_DATA_DIR。",
)
NO_FOLDER = Advice(
    "{where} can't be opened or made",
    "无法打开或创建 {where}",
    "Check that the folder exists and that the program's user may write to it, or set PDCA_DATA_DIR.",
    "请检查文件夹是否存在、本程序用户是否有写权限，或设置 PDCA_DATA_DIR。",
)
LOCKED = Advice(
    "{where} is locked by another program",
    "{where} 被另一程序锁定",
    "Close the program that has it open (an SQL browser, a backup), then try again.",
    "请关闭占用它的程序（SQL 浏览器、备份程序等）后重试。",
)
FULL = Advice(
    "the disk of {where} is full",
    "{where} 所在磁盘已满",
    "Free some space, then try again.",
    "请释放空间后重试。",
)
NOT_A_DATABASE = Advice(
    "{where} is not an SQLite database",
    "{where} 不是 SQLite 数据库",
    "Move that file away, or set PDCA_DATABASE_URL to another one.",
    "请移走该文件，或将 PDCA_DATABASE_URL 指向其他文件。",
)
DAMAGED = Advice(
    "{where} is damaged",
    "{where} 已损坏",
    "Stop the program, keep a copy of the file, and restore the last backup.",
    "请停止程序，保留该文件副本，并恢复最近的备份。",
)
DISK = Advice(
    "the disk failed while reading or writing {where}",
    "读写 {where} 时磁盘出错",
    "Check the disk and the system's log.",
    "请检查磁盘与系统日志。",
)
DOWN = Advice(
    "no PostgreSQL server answers at {where}",
    "{where} 没有 PostgreSQL 服务器应答",
    "Start it, or correct the host and port in PDCA_DATABASE_URL.",
    "请启动服务器，或更正 PDCA_DATABASE_URL 中的主机与端口。",
)
SIGN_IN = Advice(
    "the PostgreSQL server at {where} refused the user or the password",
    "{where} 的 PostgreSQL 服务器拒绝了用户或密码",
    "Correct them in PDCA_DATABASE_URL.",
    "请在 PDCA_DATABASE_URL 中更正。",
)
NO_DATABASE = Advice(
    "the PostgreSQL server has no such database: {where}",
    "PostgreSQL 服务器上没有该数据库：{where}",
    "Create it with `createdb`, or correct the name in PDCA_DATABASE_URL.",
    "请用 `createdb` 创建，或更正 PDCA_DATABASE_URL 中的名称。",
)
CUT = Advice(
    "the connection to {where} was cut",
    "与 {where} 的连接中断",
    "Nothing was written. Try again.",
    "未写入任何内容，请重试。",
)
STARTING = Advice(
    "the PostgreSQL server at {where} is starting or stopping",
    "{where} 的 PostgreSQL 服务器正在启动或停止",
    "Try again in a moment.",
    "请稍后重试。",
)
CROWDED = Advice(
    "the PostgreSQL server at {where} has no connection left",
    "{where} 的 PostgreSQL 服务器没有可用连接",
    "Raise max_connections there, or end programs that hold connections.",
    "请调高其 max_connections，或结束占用连接的程序。",
)
SLOW = Advice(
    "an answer took too long",
    "应答超时",
    "Nothing was written. Try again; if it stays, look for a long transaction in pg_stat_activity.",
    "未写入任何内容，请重试；若持续出现，请在 pg_stat_activity 中查找长事务。",
)
BUSY = Advice(
    "others changed the same rows at the same moment",
    "他人同时更改了相同的行",
    "Nothing was written. Try again.",
    "未写入任何内容，请重试。",
)
FORBIDDEN = Advice(
    "the database user lacks a right on {where}",
    "数据库用户缺少对 {where} 的权限",
    "Grant it as docs/reference/store.md shows.",
    "请按 docs/reference/store.md 授权。",
)
NO_DRIVER = Advice(
    "the driver for PostgreSQL is not installed",
    "未安装 PostgreSQL 驱动",
    "Run `pip install pdca-engine[postgres]`.",
    "请运行 `pip install pdca-engine[postgres]`。",
)
