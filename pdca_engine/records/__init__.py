"""MEMORY: the mapped classes, one module per noun. Importing this room makes the whole schema known."""

from pdca_engine.records import items, measures, organisation, people, schedules, workflows
from pdca_engine.records.base import Record

__all__ = ["Record", "items", "measures", "organisation", "people", "schedules", "workflows"]
