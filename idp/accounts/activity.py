"""What happened, to whom, when: one enum, written in the transaction of the change (AU1).

The member's activity page, the audit log and the metrics read the same rows. A kind reads
source:subject:action. Places are kept as networks only (/24 or /48).
"""

import logging
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from idp import clock
from idp.models import Event, new_id

log = logging.getLogger("idp.events")


class Kind(StrEnum):
    """Every kind of event; a new one is a new line here."""

    SIGNED_UP = "member:identity:signed_up"
    SIGN_UP_REFUSED = "member:identity:sign_up_taken"
    ACTIVATION_ASKED = "member:identity:activation_asked"
    ACTIVATED = "member:identity:activated"
    PASSWORD_WRONG = "member:password:wrong"
    BLOCKED = "system:identity:blocked"
    UNBLOCKED = "admin:identity:unblocked"
    IDENTITY_SHOWN = "admin:identity:shown"
    IDENTITY_DISABLED = "admin:identity:disabled"
    IDENTITY_ENABLED = "admin:identity:enabled"
    IDENTITY_SIGNED_OUT = "admin:identity:signed_out"
    CODE_SENT = "system:code:sent"
    CODE_WRONG = "member:code:wrong"
    QUESTION_CHOSEN = "member:question:chosen"
    INVITED_ELSEWHERE = "member:identity:invited_elsewhere"
    INVITED_TAKEN = "member:identity:invited_taken"
    INVITATION_USED = "member:invitation:used"
    OPENING_BEGUN = "member:record:opening_begun"
    MEMBER_ATTACHED = "member:record:attached"
    MEMBER_DETACHED = "member:record:detached"
    LETTER_WRONG = "member:letter:wrong"
    RECOVERY_ASKED = "member:recovery:asked"
    RECOVERY_SENT = "system:recovery:sent"
    RECOVERY_PROVED = "member:recovery:proved"
    ANSWER_WRONG = "member:answer:wrong"
    PASSWORD_RESET = "member:password:reset"
    MIGRATION_BEGUN = "member:migration:begun"
    MIGRATION_PROVED = "member:migration:proved"
    MIGRATION_SENT = "system:migration:link_sent"
    MIGRATION_AGREED = "member:migration:agreed"
    MIGRATION_DONE = "member:migration:done"
    SIGNED_IN = "member:session:signed_in"
    SITE_OPENED = "member:site:opened"
    CONSENT_GIVEN = "member:consent:given"
    CONSENT_WITHDRAWN = "member:consent:withdrawn"
    SIGNED_OUT = "member:session:signed_out"
    SIGNED_OUT_EVERYWHERE = "member:session:signed_out_everywhere"
    DEVICE_TRUSTED = "member:device:trusted"
    PHONE_ADDED = "member:phone:added"
    PHONE_CHANGED = "member:phone:changed"
    PHONE_REMOVED = "member:phone:removed"
    CODE_REUSED = "client:code:reused"
    REFRESH_REUSED = "client:refresh_token:reused"
    REFRESH_REPEATED = "client:refresh_token:repeated"
    TOKEN_REVOKED = "client:token:revoked"
    CLIENT_CREATED = "admin:client:created"
    CLIENT_UPDATED = "admin:client:updated"
    CLIENT_SECRET_ROTATED = "admin:client:secret_rotated"
    CLIENT_DISABLED = "admin:client:disabled"
    CLIENT_ENABLED = "admin:client:enabled"
    CLIENT_DELETED = "admin:client:deleted"
    ROLE_GRANTED = "admin:role:granted"
    ROLE_REVOKED = "admin:role:revoked"
    KEY_CREATED = "admin:key:created"
    KEY_ROTATED = "admin:key:rotated"
    KEY_RETIRED = "admin:key:retired"
    MEMBERS_IMPORT_BEGUN = "admin:register:import_begun"
    MEMBERS_IMPORTED = "admin:register:imported"
    MEMBER_SHOWN = "admin:register:shown"
    CONTACT_SET = "admin:register:contact_set"
    CONTACT_REMOVED = "admin:register:contact_removed"
    INVITATIONS_IMPORT_BEGUN = "admin:invitation:import_begun"
    INVITATIONS_IMPORTED = "admin:invitation:imported"
    INVITATION_RESENT = "admin:invitation:resent"
    INVITATION_REVOKED = "admin:invitation:revoked"
    LETTER_ISSUED = "admin:letter:issued"


@dataclass(frozen=True)
class Where:
    """From where: client address as text, browser family as shown to the member."""

    address: str | None = None
    browser: str | None = None

    @property
    def network(self) -> str | None:
        """The address as a /24 or /48, or None."""
        if self.address is None:
            return None
        size = 48 if ":" in self.address else 24
        return str(ip_network(f"{self.address}/{size}", strict=False))


NOWHERE = Where()


def record(
    session: Session,
    kind: Kind,
    *,
    identity_id: str | None = None,
    client_id: str | None = None,
    flow_id: str | None = None,
    where: Where = NOWHERE,
    **detail: Any,
) -> None:
    """Write one event in this transaction and one log line; `detail` holds no personal data."""
    session.execute(
        insert(Event).values(
            id=new_id(),
            at=clock.now(),
            kind=kind.value,
            identity_id=identity_id,
            client_id=client_id,
            flow_id=flow_id,
            network=where.network,
            browser=where.browser,
            detail=detail,
        )
    )
    log.info(
        kind.value,
        extra={"identity": identity_id, "client": client_id, "flow": flow_id, **detail},
    )
