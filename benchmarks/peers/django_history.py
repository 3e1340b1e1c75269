"""Django with django-fsm-2 for the states and django-simple-history for the trail: what a Django shop would pick.

The history row is the trail entry (with text and hash as further columns), the version check is django-fsm's own ConcurrentTransitionMixin.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django
from django.apps import AppConfig
from django.conf import settings

import benchmarks
from benchmarks.job import (
    ACTOR,
    COST,
    COST_LIMIT,
    GENESIS,
    ROLE,
    ROLES,
    STEPS,
    TOLD,
    Accounts,
    Refused,
    Step,
    entry_hash,
    entry_text,
    serve,
)

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY"


def database_settings(database: str) -> dict[str, Any]:
    """Django's DATABASES entry; connections live as long as their thread."""
    if "://" not in database:
        options = {"init_command": PRAGMAS, "transaction_mode": "IMMEDIATE", "timeout": 30}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": database, "OPTIONS": options}
    parts = urlsplit(database)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or parse_qs(parts.query).get("host", [""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"prepare_threshold": 0},
    }


class Bench(AppConfig):
    """The one app; its models are below."""

    label = "bench"


settings.configure(
    DATABASES={"default": database_settings(sys.argv[1])},
    INSTALLED_APPS=["simple_history", Bench("benchmarks", benchmarks)],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    SIMPLE_HISTORY_ENFORCE_HISTORY_MODEL_PERMISSIONS=False,
    USE_TZ=True,
)
django.setup()

# Django wants its settings before its models are imported.
from django.db import connection, models, transaction  # noqa: E402 -- because of that
from django_fsm import ConcurrentTransitionMixin, FSMField  # noqa: E402 -- because of that
from django_fsm import transition as fsm_transition  # noqa: E402 -- because of that
from simple_history.models import HistoricalRecords  # noqa: E402 -- because of that
from simple_history.signals import pre_create_historical_record  # noqa: E402 -- because of that


class Chained(models.Model):
    """What a history row carries besides the item's columns."""

    text = models.TextField(default="")
    hash = models.BinaryField(default=b"")

    class Meta:
        abstract = True
        app_label = "bench"


def move(step: Step) -> Callable[[Any], None]:
    """A django-fsm transition with its permission and its conditions."""

    def body(self: Any) -> None:
        self.version += 1
        self.text = entry_text(self.pk, self.version, step)
        self.head = entry_hash(bytes(self.head), self.text)

    body.__name__ = step.transition
    return fsm_transition(
        field="state",
        source=step.source,
        target=step.target,
        permission=lambda item, person: ROLE in ROLES[person],
        conditions=[lambda item: item.fields["cost"] <= COST_LIMIT, lambda item: item.evidence.filter(superseded=False).count() >= 1],
    )(body)


class Item(ConcurrentTransitionMixin, models.Model):
    """An improvement."""

    key = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=500)
    state = FSMField(default="draft")
    state_since = models.DateTimeField(auto_now=True)
    fields = models.JSONField(default=dict)
    version = models.IntegerField(default=0)
    head = models.BinaryField(default=GENESIS)
    history = HistoricalRecords(
        bases=[Chained],
        excluded_fields=["head"],
        history_user_id_field=models.IntegerField(null=True),
        history_user_getter=lambda record: record.history_user_id,
        history_user_setter=lambda record, person: setattr(record, "history_user_id", person),
    )

    class Meta:
        app_label = "bench"

    plan, start, finish, confirm, close = (move(step) for step in STEPS)


class Evidence(models.Model):
    """What shows that something was done."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="evidence")
    title = models.CharField(max_length=500)
    superseded = models.BooleanField(default=False)

    class Meta:
        app_label = "bench"


class Message(models.Model):
    """The outbox."""

    unique_key = models.CharField(max_length=120, unique=True)
    person = models.IntegerField()
    item = models.ForeignKey(Item, models.CASCADE)
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bench"


def put_into_history(sender: Any, instance: Item, history_instance: Any, **_: Any) -> None:
    """simple-history's hook for further columns of its row."""
    history_instance.text, history_instance.hash, history_instance.history_user_id = instance.text, instance.head, ACTOR


class Contender:
    """Load, fire, save, tell, in one atomic block."""

    accounts = Accounts(
        entries="SELECT id, version, text, hash FROM bench_historicalitem ORDER BY id, version",
        messages="SELECT count(*) FROM bench_message",
        states="SELECT state, count(*) FROM bench_item GROUP BY state",
    )

    def __init__(self, database: str) -> None:
        with connection.schema_editor() as editor:
            for model in (Item, Evidence, Message, Item.history.model):
                editor.create_model(model)
        pre_create_historical_record.connect(put_into_history)
        self._made = 0

    def prepare(self, items: int) -> tuple[Sequence[int], int]:
        """Bulk creation leaves no history, so the trail begins empty as everybody's does."""
        names = range(self._made + 1, self._made + items + 1)
        self._made += items
        made = Item.objects.bulk_create([Item(key=f"MEA-{n:06}", title=f"Improvement {n}", fields={"cost": COST}) for n in names])
        Evidence.objects.bulk_create([Evidence(item=item, title="Shown") for item in made])
        return [item.pk for item in made], 0

    def advance(self, item: int, step: Step) -> None:
        """The job as django-fsm's documentation would have it."""
        with transaction.atomic():
            loaded = Item.objects.get(pk=item)
            fire = getattr(loaded, step.transition)
            if not fire._django_fsm.has_transition_perm(
                loaded, loaded.state, ACTOR
            ):  # the permission alone; firing looks at the conditions
                raise Refused(step.transition)
            fire()
            loaded.save()
            body = {"item": loaded.key, "transition": step.transition, "target": step.target}
            Message.objects.create(unique_key=f"{item}:{loaded.version}:{TOLD}", person=TOLD, item=loaded, body=body)


if __name__ == "__main__":
    serve(Contender)
