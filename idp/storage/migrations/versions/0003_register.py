"""Whom the mutual knows: members and the channels that reach them.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
TABLES = ("members", "channels")


def upgrade() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("member_number", sa.String(64), nullable=False),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("nir_sealed", sa.LargeBinary()),
        sa.Column("nir_index", sa.String(64)),
        sa.Column("civil_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("family_name_key", sa.String(64), nullable=False),
        sa.Column("birth_name_key", sa.String(64)),
        sa.Column("birth_date_key", sa.String(64), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contract", sa.String(512)),
        sa.Column("legacy_sealed", sa.LargeBinary()),
        sa.Column("line_digest", sa.String(64)),
        sa.Column("identity_id", sa.String(32)),
        sa.Column("attached_at", WHEN),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("updated_at", WHEN, nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_members_identity_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("identity_id", name=op.f("uq_members_identity_id")),
        sa.UniqueConstraint("member_number", name=op.f("uq_members_member_number")),
        sa.UniqueConstraint("nir_index", name=op.f("uq_members_nir_index")),
    )

    op.create_table(
        "channels",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("member_id", sa.String(32)),
        sa.Column("identity_id", sa.String(32)),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.String(64), nullable=False),
        sa.Column("standing", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("since", WHEN, nullable=False),
        sa.Column("serves_recovery_from", WHEN),
        sa.CheckConstraint(
            "(member_id IS NULL) <> (identity_id IS NULL)", name=op.f("ck_channels_one_owner")
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_channels_identity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_channels_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )
    op.create_index(op.f("ix_channels_identity_id"), "channels", ["identity_id"])
    op.create_index(op.f("ix_channels_member_id"), "channels", ["member_id"])
    op.create_index(op.f("ix_channels_value_index"), "channels", ["value_index"])
    op.create_index(
        "uq_channels_register",
        "channels",
        ["member_id", "kind"],
        unique=True,
        sqlite_where=sa.text("source = 'register'"),
        postgresql_where=sa.text("source = 'register'"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
