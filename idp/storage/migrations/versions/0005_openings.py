"""Spaces being opened: what one browser has typed and proved of a member; links to a member.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "openings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("typed", sa.LargeBinary()),
        sa.Column("pair", sa.String(64)),
        sa.Column("identity_id", sa.String(32)),
        sa.Column("member_id", sa.String(32)),
        sa.Column("joining", sa.Boolean(), nullable=False),
        sa.Column("shown_member_id", sa.String(32)),
        sa.Column("proved_at", WHEN),
        sa.Column("finished_at", WHEN),
        sa.Column("letter_tries", sa.Integer(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("ended_at", WHEN),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_openings_identity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_openings_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
    )
    op.create_index(op.f("ix_openings_expires_at"), "openings", ["expires_at"])
    op.create_index(op.f("ix_openings_identity_id"), "openings", ["identity_id"])
    op.create_index(op.f("ix_openings_member_id"), "openings", ["member_id"])
    with op.batch_alter_table("interactions") as interactions:
        interactions.add_column(sa.Column("opening_id", sa.String(32)))
    with op.batch_alter_table("links") as links:
        links.alter_column("identity_id", existing_type=sa.String(32), nullable=True)
        links.add_column(sa.Column("member_id", sa.String(32)))
        links.create_foreign_key(
            op.f("fk_links_member_id"), "members", ["member_id"], ["id"], ondelete="CASCADE"
        )
        links.create_index(op.f("ix_links_member_id"), ["member_id"])


def downgrade() -> None:
    op.execute("DELETE FROM links WHERE identity_id IS NULL")
    with op.batch_alter_table("links") as links:
        links.drop_index(op.f("ix_links_member_id"))
        links.drop_constraint(op.f("fk_links_member_id"), type_="foreignkey")
        links.drop_column("member_id")
        links.alter_column("identity_id", existing_type=sa.String(32), nullable=False)
    with op.batch_alter_table("interactions") as interactions:
        interactions.drop_column("opening_id")
    op.drop_table("openings")
