"""From reports and paper to the shapes that go out."""

from __future__ import annotations

from pdca_engine.api import shapes
from pdca_engine.definition.deciding.approvals import Round
from pdca_engine.definition.paper import workflow as paper
from pdca_engine.reports.items import ItemPage, Shown
from pdca_engine.reports.workflows import WorkflowPage
from pdca_engine.services.verify import TrailReport


def text_of(text: paper.Text | None, language: str) -> str | None:
    """A text in one language; None for none."""
    return text.get(language) if text else None


def round_shape(known: Round | None) -> shapes.RoundShape | None:
    """How far a round of yeses has come."""
    return shapes.RoundShape(said=list(known.said), open_to=sorted(known.open_to), still=known.still) if known else None


def field_shape(field: paper.Field, language: str) -> shapes.FieldShape:
    """A field as something to fill in."""
    return shapes.FieldShape(
        name=field.name,
        title=field.title.get(language),
        help=text_of(field.help, language),
        type=field.type,
        required=field.required,
        unit=field.unit,
        min=field.min,
        max=field.max,
        max_length=field.max_length,
        choices=[shapes.ChoiceShape(value=one.value, title=one.title.get(language)) for one in field.of],
        columns=[field_shape(one, language) for one in field.columns],
    )


def trail_shape(report: TrailReport, language: str) -> shapes.TrailShape:
    """A verification's report."""
    broken = report.first_broken
    if broken is None:
        return shapes.TrailShape(ok=True, items=report.items, entries=report.entries, first_broken=None)
    what = broken.zh if language == "zh" else broken.en
    first = shapes.BrokenShape(item=broken.item, seq=broken.seq, code=broken.code, what=what)
    return shapes.TrailShape(ok=False, items=report.items, entries=report.entries, first_broken=first)


def item_shape(page: ItemPage) -> shapes.ItemShape:
    """An item's page without its history, which has an address of its own."""
    return shapes.ItemShape(
        item=page.card,
        description=page.description,
        workflow=page.paper,
        columns=[_value(one) for one in page.columns],
        fields=[_value(one) for one in page.fields],
        parent=page.parent,
        children=list(page.children),
        evidence=list(page.evidence),
        links=list(page.links),
        timers=list(page.timers),
        silenced=page.silenced,
        seq=page.seq,
        head=page.head,
    )


def _value(shown: Shown) -> shapes.Value:
    return shapes.Value(name=shown.name, title=shown.title, type=shown.type, value=shown.value, text=shown.text)


def workflow_shape(page: WorkflowPage, language: str) -> shapes.WorkflowShape:
    """A workflow's page."""
    return shapes.WorkflowShape(
        workflow=page.line,
        version=page.shown,
        versions=list(page.versions),
        help=text_of(page.paper.help, language),
        fields=[field_shape(one, language) for one in page.paper.fields.values()],
        states=[_state(one, language) for one in page.paper.states.values()],
        transitions=[_transition(one, language) for one in page.paper.transitions.values()],
    )


def _state(state: paper.State, language: str) -> shapes.StateShape:
    return shapes.StateShape(
        name=state.name,
        title=state.title.get(language),
        help=text_of(state.help, language),
        phase=state.phase,
        initial=state.initial,
        final=state.final,
    )


def _transition(one: paper.Transition, language: str) -> shapes.TransitionShape:
    return shapes.TransitionShape(
        name=one.name,
        title=one.title.get(language),
        help=text_of(one.help, language),
        sources=list(one.sources),
        target=one.target,
        by=list(one.by),
        approvals=str(one.approvals.at_least or "all") if one.approvals else None,
        independent_of=list(one.independent_of),
        inputs=[field_shape(field, language) for field in one.inputs],
    )
