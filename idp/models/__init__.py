"""The tables, one aggregate a file: columns and constraints, no rules."""

from idp.models.base import Base, new_id
from idp.models.client import Client, ClientSecret, SigningKey, Subject
from idp.models.consent import ClientKeys, Consent, PushedRequest
from idp.models.grant import AccessToken, AuthorizationCode, Grant, RefreshToken
from idp.models.identity import Identity
from idp.models.invitation import Invitation
from idp.models.journal import Event, Outgoing
from idp.models.journey import BrowserSession, Device, Interaction, Proof
from idp.models.member import Channel, Member
from idp.models.migration import Migration
from idp.models.opening import Opening
from idp.models.recovery import Recovery
from idp.models.secrets import Budget, Code, Link, Lockout, Spent
from idp.models.site import LogoutNotice, RoleGrant

__all__ = [
    "AccessToken",
    "AuthorizationCode",
    "Base",
    "BrowserSession",
    "Budget",
    "Channel",
    "Client",
    "ClientKeys",
    "ClientSecret",
    "Code",
    "Consent",
    "Device",
    "Event",
    "Grant",
    "Identity",
    "Interaction",
    "Invitation",
    "Link",
    "Lockout",
    "LogoutNotice",
    "Member",
    "Migration",
    "Opening",
    "Outgoing",
    "Proof",
    "PushedRequest",
    "Recovery",
    "RefreshToken",
    "RoleGrant",
    "SigningKey",
    "Spent",
    "Subject",
    "new_id",
]
