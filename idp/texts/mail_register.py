"""What an adviser or the register changed of a person's channels. Part of mail.py."""

VARIABLES: dict[str, frozenset[str]] = {}

TEXTS: dict[str, str] = {}
