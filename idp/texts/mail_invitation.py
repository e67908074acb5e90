"""Invitations by an employer's file. Part of mail.py."""

VARIABLES: dict[str, frozenset[str]] = {}

TEXTS: dict[str, str] = {}
