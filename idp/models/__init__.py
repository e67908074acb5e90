"""The tables, one aggregate a file: columns and constraints, no rules."""

from idp.models.base import Base, new_id
from idp.models.client import Client, ClientSecret, SigningKey, Subject
from idp.models.grant import AccessToken, AuthorizationCode, Grant, RefreshToken
from idp.models.identity import Identity
from idp.models.journal import Event, Outgoing
from idp.models.journey import BrowserSession, Device, Interaction, Proof
from idp.models.member import Channel, Member
from idp.models.secrets import Budget, Code, Link, Lockout

__all__ = [
    "AccessToken",
    "AuthorizationCode",
    "Base",
    "BrowserSession",
    "Budget",
    "Channel",
    "Client",
    "ClientSecret",
    "Code",
    "Device",
    "Event",
    "Grant",
    "Identity",
    "Interaction",
    "Link",
    "Lockout",
    "Member",
    "Outgoing",
    "Proof",
    "RefreshToken",
    "SigningKey",
    "Subject",
    "new_id",
]
