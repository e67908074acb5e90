"""Where things are kept: engine, keys, encryption, limits, migrations. No rules here."""
