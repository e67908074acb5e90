"""Codes belong to a subject: an identity, a member, or nobody.

A code lives minutes: the rows are dropped with the old table, and asked for again.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
BEFORE = (
    sa.Column("identity_id", sa.String(32), nullable=False),
    sa.Column("interaction_id", sa.String(32), nullable=False),
)
NOW = (
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("flow_id", sa.String(32)),
)


def upgrade() -> None:
    _replace(NOW)


def downgrade() -> None:
    _replace(BEFORE)
    with op.batch_alter_table("codes") as codes:
        codes.create_foreign_key(
            op.f("fk_codes_identity_id"), "identities", ["identity_id"], ["id"], ondelete="CASCADE"
        )


def _replace(binding: tuple[sa.Column[str], ...]) -> None:
    op.drop_table("codes")
    op.create_table(
        "codes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(64), nullable=False),
        *binding,
        sa.Column("channel_index", sa.String(64), nullable=False),
        sa.Column("prefix", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN),
        sa.Column("voided_at", WHEN),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_expires_at"), "codes", ["expires_at"])
    for column in binding:
        op.create_index(op.f(f"ix_codes_{column.name}"), "codes", [column.name])
