"""Who is who today: a frozen snapshot of persons, roles, deputies, processes and services, with cheap look-ups.

A snapshot is read once and kept until the counter "directory" has moved (see docs/decisions/0005); it never asks the database itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

from pdca_engine.errors import BadInput, NotFound
from pdca_engine.store.directory import DirectoryRows, GrantRow, PersonRow, ProcessRow, ServiceRow

ENGINE_NAMES = MappingProxyType({"en": "the engine", "zh": "系统引擎"})
NO_ROLES: frozenset[str] = frozenset()


def in_force(from_day: date | None, until_day: date | None, day: date) -> bool:
    """Whether `day` lies within the two days, both inclusive; None leaves that side open."""
    return (from_day is None or from_day <= day) and (until_day is None or day <= until_day)


class Directory:
    """One reading of the organisation's people. Days are dates in the organisation's zone."""

    def __init__(self, rows: DirectoryRows) -> None:
        self.counter: int = rows.counter
        self.persons: Mapping[int, PersonRow] = MappingProxyType({one.id: one for one in rows.persons})
        self.processes: Mapping[str, ProcessRow] = MappingProxyType({one.id: one for one in rows.processes})
        self.services: Mapping[str, ServiceRow] = MappingProxyType({one.id: one for one in rows.services})
        self._logins = {login: one.id for one in rows.persons for login in one.logins}
        self._all_grants = tuple(rows.grants)
        self._grants = tuple(one for one in rows.grants if self._active(one.person_id))
        self._deputies = tuple(one for one in rows.deputies if self._active(one.deputy_id))
        # Caches of this snapshot, so that they go when it goes.
        self._holders = lru_cache(maxsize=4096)(self._find_holders)
        self._held = lru_cache(maxsize=4096)(self._find_held)
        self._roles = lru_cache(maxsize=4096)(self._find_roles)
        self._absent = lru_cache(maxsize=4096)(self._find_absent)

    def _active(self, person: int) -> bool:
        row = self.persons.get(person)
        return row is not None and row.active

    def person(self, person: int) -> PersonRow | None:
        """That person, or None."""
        return self.persons.get(person)

    def name(self, person: int | None, language: str = "en") -> str:
        """The person's name; None is the engine itself; an erased person has a pseudonym for a name."""
        if person is None:
            return ENGINE_NAMES[language]
        row = self.persons.get(person)
        return row.name if row else f"#{person}"

    def by_login(self, login: str) -> PersonRow | None:
        """Whose account that login is, or None."""
        return self.persons.get(self._logins.get(login, 0))

    def holders(self, process: str | None, day: date, service: str | None = None) -> Mapping[str, frozenset[int]]:
        """Each granted role with everybody active who holds it that day: for the organisation, `process` or `service`."""
        return self._holders(process, day, service)

    def held_since(self, process: str | None, first: date, day: date, service: str | None = None) -> Mapping[str, frozenset[int]]:
        """Each granted role with everybody who held it on any day from `first` to `day`, active or not any more."""
        return self._held(process, first, day, service)

    def _find_holders(self, process: str | None, day: date, service: str | None) -> Mapping[str, frozenset[int]]:
        return _by_role(one for one in self._grants if in_force(one.from_day, one.until_day, day) and _applies(one, process, service))

    def _find_held(self, process: str | None, first: date, day: date, service: str | None) -> Mapping[str, frozenset[int]]:
        return _by_role(
            one
            for one in self._all_grants
            if in_force(one.from_day, None, day) and in_force(None, one.until_day, first) and _applies(one, process, service)
        )

    def roles(self, person: int, process: str | None, day: date, service: str | None = None) -> frozenset[str]:
        """The roles the person holds that day for the organisation, `process` or `service`."""
        return self._roles(person, process, day, service)

    def _find_roles(self, person: int, process: str | None, day: date, service: str | None) -> frozenset[str]:
        holders = self.holders(process, day, service)
        return frozenset(role for role, persons in holders.items() if person in persons) or NO_ROLES

    def everywhere(self, person: int, day: date) -> tuple[GrantRow, ...]:
        """Every grant of the person in force that day, wherever it applies."""
        return tuple(one for one in self._grants if one.person_id == person and in_force(one.from_day, one.until_day, day))

    def stands_in(self, person: int, day: date) -> tuple[int, ...]:
        """The persons whom `person` may act for that day, as their deputy."""
        return self._absent(person, day)

    def _find_absent(self, person: int, day: date) -> tuple[int, ...]:
        return tuple(
            sorted({one.person_id for one in self._deputies if one.deputy_id == person and in_force(one.from_day, one.until_day, day)})
        )

    def find_person(self, text: str) -> int:
        """The person meant by a number, a login, an e-mail address or an exact name.

        NotFound names the nearest; BadInput when several share the name.
        """
        wanted = text.strip()
        if wanted.isascii() and wanted.isdigit() and int(wanted) in self.persons:
            return int(wanted)
        if wanted in self._logins:
            return self._logins[wanted]
        folded = wanted.casefold()
        found = [one.id for one in self.persons.values() if folded in (one.name.casefold(), (one.email or "").casefold()) and folded]
        if len(found) == 1:
            return found[0]
        raise _several(wanted, (self.persons[one] for one in found)) if found else self._nobody(wanted)

    def _nobody(self, wanted: str) -> NotFound:
        names = {one.name: one.name for one in self.persons.values()} | {login: login for login in self._logins}
        near = get_close_matches(wanted, names, n=3, cutoff=0.5)
        hint = f"Did you mean {', '.join(near)}?" if near else "Give a login, a name, an e-mail address or a number."
        hint_zh = f"您是否指：{'、'.join(near)}？" if near else "请给出登录名、姓名、邮箱或编号。"
        return NotFound("person", "人员", wanted, hint, hint_zh)


def _by_role(grants: Iterable[GrantRow]) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for grant in grants:
        found[grant.role].add(grant.person_id)
    return MappingProxyType({role: frozenset(persons) for role, persons in found.items()})


def _applies(grant: GrantRow, process: str | None, service: str | None) -> bool:
    """A grant for the organisation applies everywhere; one for a process or a service only there."""
    return grant.process_id in (None, process) and grant.service_id in (None, service)


def _several(wanted: str, persons: Iterable[PersonRow]) -> BadInput:
    listed = ", ".join(f"{one.id} ({', '.join(one.logins) or one.name})" for one in persons)
    return BadInput(
        f"Several people are called {wanted}: {listed}. Say which by number or login.",
        f"有多人名为 {wanted}：{listed}。请用编号或登录名指明。",
    )
