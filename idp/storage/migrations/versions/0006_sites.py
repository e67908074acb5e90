"""Roles granted at a site, and sign-outs that sites must be told of.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
TABLES = ("role_grants", "logout_notices")


def upgrade() -> None:
    op.create_table(
        "role_grants",
        sa.Column("identity_id", sa.String(32), nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("granted_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["clients.id"],
            name=op.f("fk_role_grants_client_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_role_grants_identity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("identity_id", "client_id", "role", name=op.f("pk_role_grants")),
    )
    op.create_index(op.f("ix_role_grants_client_id"), "role_grants", ["client_id"])

    op.create_table(
        "logout_notices",
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("sub", sa.String(64)),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("next_attempt_at", WHEN),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", WHEN),
        sa.Column("failed_at", WHEN),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["clients.id"],
            name=op.f("fk_logout_notices_client_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("client_id", "sid", name=op.f("pk_logout_notices")),
    )
    op.create_index(op.f("ix_logout_notices_expires_at"), "logout_notices", ["expires_at"])
    op.create_index(
        op.f("ix_logout_notices_next_attempt_at"), "logout_notices", ["next_attempt_at"]
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
