"""What was done with a workflow: used again, retired, restored, migrated, taken back.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from pdca_engine.records.base import JsonText, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "workflow_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workflow_id", sa.String(length=60), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_workflow_event_person_id_person")),
        sa.ForeignKeyConstraint(["workflow_id"], ["workflow.id"], name=op.f("fk_workflow_event_workflow_id_workflow")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflow_event")),
    )
    op.create_index(op.f("ix_workflow_event_workflow_id"), "workflow_event", ["workflow_id"])
