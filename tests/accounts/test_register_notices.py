"""Who is told that a channel has changed: those on file until then, once, and never the value."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from idp.accounts import register_batch
from idp.accounts.register import BATCH
from idp.clock import FrozenClock
from idp.models import Channel
from idp.storage.engine import Database
from tests import factories
from tests.accounts.register_support import Import, attach, person, run, stream_of

OLD = ("fictif1@exemple.test", "+33600000001")
NEW = {"email": "nouveau@exemple.test", "mobile": "0600000099", "landline": "0100000099"}


def told(database: Database) -> list[tuple[str, object, object]]:
    """To whom, what changed, what was removed."""
    return sorted(
        (mail["to"], mail["values"].get("changed"), mail["values"].get("removed"))
        for mail in factories.mails(database)
        if mail["purpose"] == "channel_changed"
    )


def test_a_first_import_tells_nobody(database: Database) -> None:
    run(database, *(person(rank) for rank in range(3)))
    run(database, *(person(rank, city="Autreville") for rank in range(3)))
    assert factories.mails(database) == []


def test_r9_the_old_channels_are_told_and_never_the_new_value(
    database: Database, at: FrozenClock
) -> None:
    run(database, person(1), person(2))
    run(database, person(1, **NEW), person(2))
    kinds = "adresse e-mail de contact, numéro de mobile, numéro de téléphone fixe"
    assert told(database) == [(OLD[1], None, None), (OLD[0], kinds, None)]
    sent = str(factories.mails(database))
    assert [value for value in ("nouveau@", "600000099", "100000099") if value in sent] == []


@pytest.mark.parametrize(
    ("field", "names"),
    [("email", "adresse e-mail de contact"), ("landline", "numéro de téléphone fixe")],
)
def test_what_the_register_withdraws_is_told(database: Database, field: str, names: str) -> None:
    run(database, person(1))
    run(database, person(1, **{field: ""}))
    assert told(database) == [(OLD[1], None, None), (OLD[0], None, names)]


def test_only_channels_that_served_are_told(database: Database, at: FrozenClock) -> None:
    run(database, person(1, email=""))
    run(database, person(1))
    assert told(database) == [(OLD[1], None, None)], "the new address waits"
    run(database, person(1, landline=""))
    assert len(told(database)) == 2
    at.advance(hours=72)
    run(database, person(1))
    assert [to for to, *_ in told(database)].count(OLD[0]) == 1, "it serves now"


@pytest.mark.parametrize("mobile", ["0690000001", "0123456789"])
def test_a_number_that_takes_no_sms_gets_none(database: Database, mobile: str) -> None:
    run(database, person(1, mobile=mobile))
    run(database, person(1, mobile=mobile, email=NEW["email"]))
    assert [to for to, *_ in told(database)] == [OLD[0]]


def test_the_sign_in_address_of_an_attached_identity_is_told_too(database: Database) -> None:
    run(database, person(1), person(2))
    attach(database)
    run(database, person(1, landline=""), person(2))
    assert {to for to, *_ in told(database)} == {*OLD, "F0000001@exemple.test"}


def test_two_members_of_one_address_are_told_of_each(database: Database) -> None:
    shared = {"email": "couple@exemple.test", "mobile": ""}
    run(database, person(1, **shared), person(2, **shared))
    run(database, person(1, **shared, landline=""), person(2, **shared, landline=""))
    assert [to for to, *_ in told(database)] == ["couple@exemple.test"] * 2


def test_what_came_too_late_is_not_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import has looked; the person proves the channels; the import writes."""
    run(database, person(1))
    real = register_batch.write

    def late(session: object, plan: object) -> None:
        session.execute(update(Channel).values(standing="proved"))  # type: ignore[attr-defined]
        real(session, plan)  # type: ignore[arg-type]

    monkeypatch.setattr(register_batch, "write", late)
    run(database, person(1, **NEW))
    assert told(database) == []


class CutError(Exception):
    """The run is killed."""


def cut_after(lines: Iterator[bytes], count: int) -> Iterator[bytes]:
    """The first `count` lines, then the end of the process."""
    for number, line in enumerate(lines):
        if number == count:
            raise CutError
        yield line


@pytest.mark.parametrize("cut", [1, BATCH, BATCH + 1, 2 * BATCH + 57])
def test_av5_a_run_that_was_cut_and_repeated_tells_each_once(database: Database, cut: int) -> None:
    total = 2 * BATCH + 60

    def changed() -> Iterator[bytes]:
        return stream_of(
            person(rank, mobile="", landline="" if rank % 2 else "0100000099")
            for rank in range(total)
        )

    Import(database, stream_of(person(rank, mobile="") for rank in range(total)))
    with pytest.raises(CutError):
        Import(database, cut_after(changed(), cut))
    assert len(told(database)) == (cut - 1) // BATCH * BATCH
    for _ in range(2):
        Import(database, changed())
        assert [to for to, *_ in told(database)] == sorted(
            f"fictif{rank}@exemple.test" for rank in range(total)
        )


def test_av5_a_write_that_fails_tells_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(database, person(1))
    real = register_batch.write

    def failing(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        raise CutError

    with monkeypatch.context() as patch:
        patch.setattr(register_batch, "write", failing)
        with pytest.raises(CutError):
            run(database, person(1, **NEW))
    assert told(database) == []
    run(database, person(1, **NEW))
    assert len(told(database)) == 2
