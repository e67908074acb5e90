"""Invitations by an employer's file; an invited identity reserves its address no more than another.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
OPEN = sa.text("used_at IS NULL AND revoked_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("member_id", sa.String(32), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.String(64), nullable=False),
        sa.Column("employer", sa.String(512), nullable=False),
        sa.Column("contract", sa.String(512)),
        sa.Column("line_digest", sa.String(64), nullable=False),
        sa.Column("person_index", sa.String(64), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("sent_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN),
        sa.Column("revoked_at", WHEN),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_invitations_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("line_digest", name=op.f("uq_invitations_line_digest")),
    )
    for column in ("expires_at", "member_id", "person_index"):
        op.create_index(op.f(f"ix_invitations_{column}"), "invitations", [column])
    op.create_index(
        "uq_invitations_open",
        "invitations",
        ["member_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    # never a batch: it would rebuild the table that others refer to, and delete their rows with it
    op.add_column("identities", sa.Column("invitation_id", sa.String(32)))
    _holders("state NOT IN ('pending', 'invited')")


def downgrade() -> None:
    op.execute("DELETE FROM identities WHERE state = 'invited'")
    _holders("state <> 'pending'")
    op.drop_column("identities", "invitation_id")
    op.drop_table("invitations")


def _holders(where: str) -> None:
    """Which identities hold their address alone."""
    op.drop_index("uq_identities_email", "identities")
    op.create_index(
        "uq_identities_email",
        "identities",
        ["email_index"],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
