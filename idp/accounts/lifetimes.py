"""How long things live, as data. Codes alone can be shortened by a setting (ruling R1)."""

from datetime import timedelta

LINKS: dict[str, timedelta] = {
    "activation": timedelta(days=15),
    "invitation": timedelta(days=30),
    "undo": timedelta(hours=72),
    "migration": timedelta(hours=24),
    "association": timedelta(hours=24),
    "reset": timedelta(minutes=30),
}

CODE_TRIES = 5
LETTER_CODE = timedelta(days=30)
TEMPORARY_PASSWORD = timedelta(minutes=15)
MIGRATION = timedelta(hours=24)  # left half-way, it is gone on with until then
RECOVERY = timedelta(minutes=30)
SESSION_IDLE = timedelta(minutes=30)
SESSION_ABSOLUTE = timedelta(hours=12)
INTERACTION = timedelta(minutes=30)
OPENING = timedelta(hours=1)  # a space being opened, until all is typed
OPENING_WAITS = timedelta(days=30)  # then for its activation, or for the code of a letter
TRUSTED_DEVICE = timedelta(days=30)
DEVICES_PER_IDENTITY = 10
BLOCK = timedelta(hours=24)
WRONG_PASSWORDS = 3
CHANNEL_WAIT = timedelta(hours=72)  # before a new or changed channel serves recovery
