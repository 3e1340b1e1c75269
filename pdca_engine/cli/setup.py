"""Making an installation ready: schema, bundled workflows, a first administrator, and the link that signs them in."""

from __future__ import annotations

from dataclasses import dataclass

from pdca_engine.cli.acting import load_settings
from pdca_engine.cli.language import say
from pdca_engine.services.people import add_person, grant_role, make_sign_in_link
from pdca_engine.services.workflows import Published, publish_bundled
from pdca_engine.settings import Settings
from pdca_engine.store.migrate import upgrade
from pdca_engine.unit import App, Unit, open_app

LINK_HOURS = 24
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An open program that is ready, the schema's revision before, and what was published anew."""

    app: App
    found: str
    published: tuple[Published, ...]


def prepare(settings: Settings | None = None) -> Prepared:
    """Open the store, bring it to this program's schema and publish the bundled workflows that are new."""
    app = open_app(settings or load_settings(), check_schema=False)
    found = upgrade(app.store)
    with app.unit(engine=True) as unit:
        published = tuple(one for one in publish_bundled(unit) if one.new)
    return Prepared(app, found, published)


def admin_logins(unit: Unit) -> list[str]:
    """The logins of everybody who is an administrator today."""
    holders = unit.directory.holders(None, unit.today).get("admin", frozenset())
    rows = (unit.directory.person(one) for one in sorted(holders))
    return [login for row in rows if row for login in row.logins]


def ensure_admin(app: App, login: str | None = None, name: str | None = None) -> str:
    """The login of an administrator: `login`, else PDCA_ADMIN_LOGIN, else one there is, else `admin`. Made now where it is none yet."""
    with app.unit(engine=True) as unit:
        known = admin_logins(unit)
        wanted = login or app.settings.admin_login or next(iter(known), ADMIN)
        if wanted not in known:
            _make_admin(unit, app.settings, wanted, name)
        return wanted


def _make_admin(unit: Unit, settings: Settings, login: str, name: str | None) -> None:
    row = unit.directory.by_login(login)
    password = settings.admin_password if login == settings.admin_login and settings.admin_password else None
    person = row.id if row else add_person(unit, name or say("Administrator", "管理员"), login, password=password)
    grant_role(unit, person, "admin")


def sign_in_address(app: App, login: str, base: str | None = None) -> str:
    """An address that signs the account in once, within a day."""
    with app.unit(engine=True) as unit:
        secret = make_sign_in_link(unit, login, minutes=LINK_HOURS * 60)
    return f"{(base or base_address(app.settings)).rstrip('/')}/sign-in/{secret}"


def base_address(settings: Settings, host: str | None = None, port: int | None = None) -> str:
    """The address people open in a browser."""
    shown = host or settings.host
    shown = "127.0.0.1" if shown in ("0.0.0.0", "::") else f"[{shown}]" if ":" in shown else shown
    return settings.public_url or f"http://{shown}:{port or settings.port}"
