"""`pdca serve`: web pages, API and scheduler in one process."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
from types import FrameType
from typing import Annotated

import typer

from pdca_engine.cli.acting import load_settings
from pdca_engine.cli.command import Call, command, verb
from pdca_engine.cli.language import say
from pdca_engine.cli.output import line, print_json
from pdca_engine.cli.setup import base_address, ensure_admin, prepare, sign_in_address
from pdca_engine.errors import BadInput
from pdca_engine.settings import Settings
from pdca_engine.unit import App

app = verb()
BACKLOG = 2048  # who comes before the server has started waits a moment
DRAIN_S = 10  # what is under way when the server is stopped may end


@command(app, "serve", "在一个进程中运行网页、API 与调度器；首次运行时自动建立数据库。", acts=False)
def serve(
    call: Call,
    demo: Annotated[
        bool, typer.Option("--demo", help=say("Fill an empty database with an example organisation.", "向空数据库填入示例组织。"))
    ] = False,
    host: Annotated[str | None, typer.Option(help=say("Address to listen on.", "监听地址。"))] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help=say("Port; 0 takes a free one.", "端口；0 表示任取空闲端口。"))] = None,
) -> None:
    """Run the web pages, the API and the scheduler. Makes or upgrades the database first, and prints a link that signs in once."""
    settings = load_settings()
    listening = _listen(host or settings.host, settings.port if port is None else port)
    taken: int = listening.getsockname()[1]
    settings = settings.model_copy(update={"host": host or settings.host, "port": taken})
    ready = prepare(settings)
    try:
        if demo:
            _fill(ready.app, call)
        login = ensure_admin(ready.app)
        _greet(call, settings, login, sign_in_address(ready.app, login, base_address(settings)))
        _run(ready.app, listening)
    finally:
        ready.app.close()
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens already, so that a taken port is told before anything else happens. BadInput."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        raise _no_port(host, port, error) from None
    return listening


def _no_port(host: str, port: int, error: OSError) -> BadInput:
    if error.errno == errno.EADDRINUSE:
        en = f"Port {port} is in use by another program. Try --port {port + 1 if port < 65535 else 8000}, or stop the other one."
        return BadInput(en, f"端口 {port} 已被其他程序占用。请试 --port {port + 1 if port < 65535 else 8000}，或停止该程序。", field="port")
    if error.errno in (errno.EACCES, errno.EPERM):
        return BadInput(
            f"Port {port} needs more rights. Choose one above 1023.", f"端口 {port} 需要更高权限。请选用 1023 以上的端口。", field="port"
        )
    why = error.strerror or str(error)
    return BadInput(
        f"{host}:{port} can't be listened on: {why}. Try --host 127.0.0.1.",
        f"无法监听 {host}：{port}：{why}。请试 --host 127.0.0.1。",
        field="host",
    )


def _fill(made: App, call: Call) -> None:
    from pdca_engine.services.demo import fill_demo

    if not call.json:
        print(say("Preparing the example organisation …", "正在准备示例组织……"), file=sys.stderr, flush=True)
    fill_demo(made)


def _greet(call: Call, settings: Settings, login: str, link: str) -> None:
    address = base_address(settings)
    if call.json:
        print_json({"url": address, "admin": login, "link": link})
    else:
        line(say(f"pdca_engine is at {address}", f"pdca_engine 运行于 {address}"))
        line(say(f"Sign in as {login} with this link, once, within 24 hours:", f"以 {login} 身份用此链接登录（一次有效，24 小时内）："))
        line(link)
        line(say("Ctrl-C stops it.", "按 Ctrl-C 停止。"))
    sys.stdout.flush()


def _run(made: App, listening: socket.socket) -> None:
    """Serve until a signal comes; then let what is under way end, the scheduler last."""
    import uvicorn

    from pdca_engine.duties import DUTIES
    from pdca_engine.scheduler.runtime import start_in_background
    from pdca_engine.server import build_app

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    server = uvicorn.Server(
        uvicorn.Config(build_app(made), log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=DRAIN_S)
    )
    signal.signal(signal.SIGTERM, _stop)  # the server hands the signal on to this when it has ended
    scheduler = start_in_background(made, DUTIES)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        print(say("Stopped.", "已停止。"), file=sys.stderr)
    finally:
        scheduler.stop()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
