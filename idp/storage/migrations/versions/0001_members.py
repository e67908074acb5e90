"""What members do: identities, journeys, secrets, journal.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
TABLES = (
    "budgets",
    "events",
    "identities",
    "lockouts",
    "outbox",
    "codes",
    "devices",
    "interactions",
    "links",
    "sessions",
    "proofs",
)


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_budgets")),
    )
    op.create_index(op.f("ix_budgets_expires_at"), "budgets", ["expires_at"])

    op.create_table(
        "events",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("identity_id", sa.String(32)),
        sa.Column("client_id", sa.String(64)),
        sa.Column("flow_id", sa.String(32)),
        sa.Column("network", sa.String(64)),
        sa.Column("browser", sa.String(512)),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_at"), "events", ["at"])
    op.create_index("ix_events_identity_id_at", "events", ["identity_id", "at"])

    op.create_table(
        "identities",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(512), nullable=False),
        sa.Column("question", sa.String(64)),
        sa.Column("answer_hash", sa.String(512)),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("activated_at", WHEN),
        sa.Column("expires_at", WHEN),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_email_index"), "identities", ["email_index"])
    op.create_index(op.f("ix_identities_expires_at"), "identities", ["expires_at"])
    op.create_index(
        "uq_identities_email",
        "identities",
        ["email_index"],
        unique=True,
        sqlite_where=sa.text("state <> 'pending'"),
        postgresql_where=sa.text("state <> 'pending'"),
    )

    op.create_table(
        "lockouts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", WHEN),
        sa.Column("touched_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lockouts")),
    )
    op.create_index(op.f("ix_lockouts_touched_at"), "lockouts", ["touched_at"])

    op.create_table(
        "outbox",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("next_attempt_at", WHEN),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", WHEN),
        sa.Column("failed_at", WHEN),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_next_attempt_at"), "outbox", ["next_attempt_at"])
    op.create_index(op.f("ix_outbox_expires_at"), "outbox", ["expires_at"])

    op.create_table(
        "codes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("identity_id", sa.String(32), nullable=False),
        sa.Column("interaction_id", sa.String(32), nullable=False),
        sa.Column("channel_index", sa.String(64), nullable=False),
        sa.Column("prefix", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN),
        sa.Column("voided_at", WHEN),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_codes_identity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_expires_at"), "codes", ["expires_at"])
    op.create_index(op.f("ix_codes_identity_id"), "codes", ["identity_id"])
    op.create_index(op.f("ix_codes_interaction_id"), "codes", ["interaction_id"])

    op.create_table(
        "devices",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("identity_id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(512), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("revoked_at", WHEN),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_devices_identity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_devices_token_hash")),
    )
    op.create_index(op.f("ix_devices_expires_at"), "devices", ["expires_at"])
    op.create_index(op.f("ix_devices_identity_id"), "devices", ["identity_id"])

    op.create_table(
        "interactions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("client_id", sa.String(64)),
        sa.Column("request", sa.LargeBinary()),
        sa.Column("identity_id", sa.String(32)),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("completed_at", WHEN),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_interactions_identity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interactions")),
    )
    op.create_index(op.f("ix_interactions_expires_at"), "interactions", ["expires_at"])
    op.create_index(op.f("ix_interactions_identity_id"), "interactions", ["identity_id"])

    op.create_table(
        "links",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("identity_id", sa.String(32), nullable=False),
        sa.Column("interaction_id", sa.String(32)),
        sa.Column("client_id", sa.String(64)),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_links_identity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_links_token_hash")),
    )
    op.create_index(op.f("ix_links_expires_at"), "links", ["expires_at"])
    op.create_index(op.f("ix_links_identity_id"), "links", ["identity_id"])

    op.create_table(
        "sessions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("cookie_hash", sa.String(64), nullable=False),
        sa.Column("identity_id", sa.String(32), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("seen_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("ended_at", WHEN),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_sessions_identity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("cookie_hash", name=op.f("uq_sessions_cookie_hash")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"])
    op.create_index(op.f("ix_sessions_identity_id"), "sessions", ["identity_id"])

    op.create_table(
        "proofs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("interaction_id", sa.String(32)),
        sa.Column("session_id", sa.String(32)),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("proved_at", WHEN, nullable=False),
        sa.Column("reference", sa.String(32)),
        sa.Column("voided_at", WHEN),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_proofs_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
    )
    op.create_index(op.f("ix_proofs_interaction_id"), "proofs", ["interaction_id"])
    op.create_index(op.f("ix_proofs_proved_at"), "proofs", ["proved_at"])
    op.create_index(op.f("ix_proofs_session_id"), "proofs", ["session_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
