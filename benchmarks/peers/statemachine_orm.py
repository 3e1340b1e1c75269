"""python-statemachine around an object that SQLAlchemy's ORM loaded, with a version column: both the way they are taught."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, LargeBinary, String, Text, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from statemachine import State, StateMachine

from benchmarks.job import ACTOR, COST, COST_LIMIT, GENESIS, ROLE, ROLES, TOLD, Accounts, Step, entry_hash, entry_text, message_body, serve

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -32768", "temp_store = MEMORY")
Id = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """Base of the four classes."""


class Item(Base):
    """An improvement."""

    __tablename__ = "item"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(60), default="draft")
    state_since: Mapped[datetime]
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column()
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[bytes] = mapped_column(LargeBinary, default=GENESIS)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- because the mapper reads it under this name


class Evidence(Base):
    """What shows that something was done."""

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    title: Mapped[str]
    superseded: Mapped[bool] = mapped_column(default=False)


class Entry(Base):
    """The trail."""

    __tablename__ = "entry"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    seq: Mapped[int]
    at: Mapped[datetime]
    person: Mapped[int]
    transition: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class Message(Base):
    """The outbox."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unique_key: Mapped[str] = mapped_column(String(120), unique=True)
    person: Mapped[int]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class Walk(StateMachine):
    """The job's states; conditions are methods, as the library has it."""

    draft = State(initial=True)
    planned = State()
    doing = State()
    checking = State()
    standardising = State()
    closed = State(final=True)
    plan = draft.to(planned, cond=["permitted", "affordable", "shown"])
    start = planned.to(doing, cond=["permitted", "affordable", "shown"])
    finish = doing.to(checking, cond=["permitted", "affordable", "shown"])
    confirm = checking.to(standardising, cond=["permitted", "affordable", "shown"])
    close = standardising.to(closed, cond=["permitted", "affordable", "shown"])

    def __init__(self, item: Item, session: Session) -> None:
        self.session = session
        super().__init__(item)

    def permitted(self) -> bool:
        """Whether the actor has the role."""
        return ROLE in ROLES[ACTOR]

    def affordable(self) -> bool:
        """The guard."""
        return bool(self.model.fields["cost"] <= COST_LIMIT)

    def shown(self) -> bool:
        """Whether there is evidence."""
        wanted = select(func.count()).select_from(Evidence).where(Evidence.item_id == self.model.id, Evidence.superseded.is_(False))
        return bool(self.session.scalar(wanted))


class Contender:
    """Load, fire, add the entry and the message, commit."""

    accounts = Accounts(
        entries="SELECT item_id, seq, text, hash FROM entry ORDER BY item_id, seq",
        messages="SELECT count(*) FROM message",
        states="SELECT state, count(*) FROM item GROUP BY state",
    )

    def __init__(self, database: str) -> None:
        sqlite = "://" not in database
        if sqlite:
            self._engine = create_engine(f"sqlite:///{database}", connect_args={"timeout": 30, "isolation_level": None})
            event.listen(self._engine, "connect", self._prepare_sqlite)
            event.listen(self._engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        else:
            url = database.replace("postgresql://", "postgresql+psycopg://", 1)
            self._engine = create_engine(url, pool_size=16, connect_args={"prepare_threshold": 0})
        Base.metadata.create_all(self._engine)
        self._made = 0

    @staticmethod
    def _prepare_sqlite(driver: Any, _record: Any) -> None:
        for pragma in PRAGMAS:
            driver.execute(f"PRAGMA {pragma}")

    def prepare(self, items: int) -> tuple[Sequence[int], int]:
        """Fresh items with evidence and an empty trail."""
        names = range(self._made + 1, self._made + items + 1)
        self._made += items
        now = datetime.now(UTC)
        with Session(self._engine) as session, session.begin():
            made = [Item(key=f"MEA-{n:06}", title=f"Improvement {n}", fields={"cost": COST}, state_since=now) for n in names]
            session.add_all(made)
            session.flush()
            session.add_all(Evidence(item_id=item.id, title="Shown") for item in made)
            return [item.id for item in made], 0

    def advance(self, item: int, step: Step) -> None:
        """The job; a condition that doesn't hold raises TransitionNotAllowed."""
        with Session(self._engine) as session, session.begin():
            loaded = session.get_one(Item, item)
            Walk(loaded, session).send(step.transition)
            now = datetime.now(UTC)
            loaded.state_since = now
            loaded.seq += 1
            text = entry_text(item, loaded.seq, step)
            loaded.head = entry_hash(loaded.head, text)
            entry = {"item_id": item, "seq": loaded.seq, "at": now, "person": ACTOR, "transition": step.transition}
            session.add(Entry(**entry, text=text, hash=loaded.head))
            unique = f"{item}:{loaded.seq}:{TOLD}"
            session.add(Message(unique_key=unique, person=TOLD, item_id=item, body=message_body(loaded.key, step), created_at=now))


if __name__ == "__main__":
    serve(Contender)
