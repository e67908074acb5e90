"""Joining a member record: what a person, and each channel on file, is told. Part of mail.py."""

VARIABLES: dict[str, frozenset[str]] = {}

TEXTS: dict[str, str] = {}
