"""How many have migrated: `member list --state attached --count` and /metrics say the same."""

import re

from idp.app import create_app
from idp.settings import Settings
from idp.storage.engine import Database
from tests.accounts.register_support import BCRYPT, attach, person, run
from tests.cli.conftest import KEYS, Command


def test_the_command_and_the_metric_agree(command: Command) -> None:
    settings = Settings.from_env({**command.environ, **KEYS})
    database = Database.open(settings)
    run(database, person(1), person(2), person(3, legacy_password_hash=BCRYPT))
    app = create_app(settings)
    for attached in (0, 1, 2):
        if attached:
            attach(database, f"F000000{attached}")
        for state in ("attached", "legacy", "never_created", "closed"):
            counted = command.json("member", "list", "--state", state, "--count")["count"]
            text = app.test_client().get("/metrics").get_data(as_text=True)
            (shown,) = re.findall(rf'mgen_connect_members{{access="{state}"}} (\d+)', text)
            assert counted == int(shown)
            assert state != "attached" or counted == attached
    database.close()
    app.extensions["idp"].database.close()
