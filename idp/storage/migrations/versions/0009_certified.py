"""Pushed requests, consent, sites' own keys, ids spent once, tokens bound to a key.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)
TABLES = ("pushed_requests", "consents", "client_keys", "spent_ids")
# what a request asked beyond its scope, and the key that its tokens are bound to
BOUND = (
    ("authorization_codes", ("claims", "resources", "dpop_jkt")),
    ("grants", ("claims", "resources", "dpop_jkt")),
    ("access_tokens", ("dpop_jkt",)),
)
CHOSEN = ("consented_at", "account_chosen_at")


def upgrade() -> None:
    _pushed_requests()
    _consents()
    _client_keys()
    op.create_table(
        "spent_ids",
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("purpose", "digest", name=op.f("pk_spent_ids")),
    )
    op.create_index(op.f("ix_spent_ids_expires_at"), "spent_ids", ["expires_at"])
    for table, columns in BOUND:
        for name in columns:
            kind = sa.String(64) if name == "dpop_jkt" else sa.JSON()
            op.add_column(table, sa.Column(name, kind))
    for name in CHOSEN:
        op.add_column("interactions", sa.Column(name, WHEN))
    op.add_column("signing_keys", sa.Column("retired_at", WHEN))


def downgrade() -> None:
    op.drop_column("signing_keys", "retired_at")
    for name in CHOSEN:
        op.drop_column("interactions", name)
    for table, columns in BOUND:
        for name in columns:
            op.drop_column(table, name)
    for table in reversed(TABLES):
        op.drop_table(table)


def _pushed_requests() -> None:
    op.create_table(
        "pushed_requests",
        sa.Column("handle_hash", sa.String(64), nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN),
        _owner("pushed_requests", "client_id", "clients"),
        sa.PrimaryKeyConstraint("handle_hash", name=op.f("pk_pushed_requests")),
    )
    _indexes("pushed_requests", "client_id", "expires_at")


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("identity_id", sa.String(32), nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(512), nullable=False),
        sa.Column("beyond", sa.JSON(), nullable=False),
        sa.Column("given_at", WHEN, nullable=False),
        _owner("consents", "identity_id", "identities"),
        _owner("consents", "client_id", "clients"),
        sa.PrimaryKeyConstraint("identity_id", "client_id", name=op.f("pk_consents")),
    )
    _indexes("consents", "client_id")


def _client_keys() -> None:
    op.create_table(
        "client_keys",
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("uri", sa.String(8192), nullable=False),
        sa.Column("jwks", sa.JSON()),
        sa.Column("fetched_at", WHEN),
        sa.Column("due_at", WHEN, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        _owner("client_keys", "client_id", "clients"),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_client_keys")),
    )
    _indexes("client_keys", "due_at")


def _owner(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
