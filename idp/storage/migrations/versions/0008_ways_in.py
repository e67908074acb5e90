"""Ways in and ways back: migrations from the NIR, recoveries, a phone as the second factor.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    _migrations()
    _recoveries()
    op.add_column("interactions", sa.Column("migration_id", sa.String(32)))
    op.add_column("interactions", sa.Column("method", sa.String(64)))
    op.add_column("interactions", sa.Column("leads_to", sa.String(64)))
    op.add_column("links", sa.Column("flow_id", sa.String(32)))
    op.create_index(op.f("ix_links_flow_id"), "links", ["flow_id"])
    op.add_column("identities", sa.Column("frozen_before", WHEN))
    op.add_column(
        "identities",
        sa.Column("sms_due", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "members",
        sa.Column("legacy_waits", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE members SET legacy_waits = (legacy_sealed IS NOT NULL)")
    where = sa.text("legacy_waits")
    op.create_index(
        "ix_members_legacy_waits", "members", ["id"], sqlite_where=where, postgresql_where=where
    )
    proved = sa.text("standing = 'proved'")
    op.create_index(
        "uq_channels_proved",
        "channels",
        ["identity_id", "kind"],
        unique=True,
        sqlite_where=proved,
        postgresql_where=proved,
    )


def downgrade() -> None:
    op.drop_index("uq_channels_proved", "channels")
    op.drop_index("ix_members_legacy_waits", "members")
    op.drop_column("members", "legacy_waits")
    op.drop_column("identities", "sms_due")
    op.drop_column("identities", "frozen_before")
    op.drop_index(op.f("ix_links_flow_id"), "links")
    op.drop_column("links", "flow_id")
    op.drop_column("interactions", "leads_to")
    op.drop_column("interactions", "method")
    op.drop_column("interactions", "migration_id")
    op.drop_table("recoveries")
    op.drop_table("migrations")


def _migrations() -> None:
    op.create_table(
        "migrations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("interaction_id", sa.String(32)),
        sa.Column("client_id", sa.String(64)),
        sa.Column("member_id", sa.String(32), nullable=False),
        sa.Column("password_at", WHEN),
        sa.Column("proved_at", WHEN),
        sa.Column("proved_by", sa.String(64)),
        sa.Column("proved_index", sa.String(64)),
        sa.Column("letter_tries", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.LargeBinary()),
        sa.Column("sent_at", WHEN),
        sa.Column("identity_id", sa.String(32)),
        sa.Column("agreed_at", WHEN),
        sa.Column("agrees_for", sa.String(32)),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("done_at", WHEN),
        sa.Column("ended_at", WHEN),
        *_owners("migrations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migrations")),
    )
    _indexes("migrations")
    op.create_index(op.f("ix_migrations_browser_hash"), "migrations", ["browser_hash"])


def _recoveries() -> None:
    op.create_table(
        "recoveries",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("interaction_id", sa.String(32)),
        sa.Column("client_id", sa.String(64)),
        sa.Column("by_nir", sa.Boolean(), nullable=False),
        sa.Column("typed", sa.String(64), nullable=False),
        sa.Column("pair", sa.String(64), nullable=False),
        sa.Column("identifier", sa.LargeBinary()),
        sa.Column("identity_id", sa.String(32)),
        sa.Column("member_id", sa.String(32)),
        sa.Column("mail_only", sa.Boolean(), nullable=False),
        sa.Column("sent_by", sa.String(64)),
        sa.Column("sent_at", WHEN),
        sa.Column("proved_at", WHEN),
        sa.Column("proved_by", sa.String(64)),
        sa.Column("proved_index", sa.String(64)),
        sa.Column("proving_hash", sa.String(64)),
        sa.Column("answer_tries", sa.Integer(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("ended_at", WHEN),
        *_owners("recoveries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
    )
    _indexes("recoveries")


def _owners(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
        )
        for column, other in (("identity_id", "identities"), ("member_id", "members"))
    ]


def _indexes(table: str) -> None:
    for column in ("expires_at", "identity_id", "member_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
