"""B1, B6: an employer's file, once and again; who is invited, and what a hostile file comes to."""

import io
import itertools
from dataclasses import asdict

import pytest
from sqlalchemy import select

from idp.accounts import channels, invitations, links, members
from idp.accounts.civil import open_civil
from idp.accounts.register_lines import BadFileError, physical_lines
from idp.clock import FrozenClock
from idp.errors import BadLinkError
from idp.models import Channel
from idp.storage.engine import Database
from tests import factories
from tests.accounts import register_support as register
from tests.accounts.invitation_support import (
    EMAIL,
    Import,
    invited,
    lines_of,
    member_of,
    run,
    states,
    tokens,
)
from tests.at_once import at_once

pytestmark = pytest.mark.usefixtures("at")
OTHER = "dominique.modele@ac-exemple.test"


def counts(done: Import) -> str:
    """Invited, unchanged, has identity, refused, members created."""
    return " ".join(str(value) for value in asdict(done.counts).values())


def test_b1_a_line_creates_the_member_where_there_is_none(database: Database) -> None:
    done = run(database, invited())
    assert counts(done) == "1 0 0 0 1"
    member = member_of(database)
    assert done.numbers() == [member.member_number]
    assert (member.status, member.nir_index, member.identity_id) == ("active", None, None)
    with database.reading() as session:
        civil = open_civil(session, member.civil_sealed)
        channel = session.scalars(select(Channel)).one()
        assert channels.open_channel(session, channel) == EMAIL
    assert (civil.given_name, civil.family_name, str(civil.birth_date)) == (
        "Camille",
        "Exemple",
        "1990-02-28",
    )
    # LI9: declared by the register, a channel and never a proof
    assert (channel.kind, channel.standing, channel.source) == (
        "contact_email",
        "declared",
        "register",
    )


def test_b1_the_mail_names_employer_and_contract_and_no_birth_date(database: Database) -> None:
    run(database, invited())
    (mail,) = factories.mails(database)
    assert (mail["purpose"], mail["to"]) == ("invitation", EMAIL)
    link = mail["values"].pop("link")
    assert link.startswith("http://localhost:8000/invitation/")
    assert mail["values"] == {
        "given_name": "Camille",
        "employer": "Académie de l'Exemple",
        "contract": "Prévoyance Exemple",
    }


def test_the_same_file_twice_sends_nothing_twice(database: Database, at: FrozenClock) -> None:
    people = (invited(), invited(email=OTHER, given_name="Dominique", member_number="F1"))
    first = run(database, *people)
    assert counts(first) == "2 0 0 0 2"
    at.advance(days=3)
    again = run(database, *people)
    assert counts(again) == "0 2 0 0 0"
    assert again.numbers() == first.numbers(), "the number is told again"
    assert factories.purposes(database) == ["invitation", "invitation"]


def test_other_spaces_and_order_of_columns_are_the_same_file(database: Database) -> None:
    run(database, invited())
    header = b"\xef\xbb\xbfContract,employer,birth_date,family_name,given_name,email\r\n"
    line = (
        "Prévoyance  Exemple, Académie de l'Exemple ,1990-02-28,EXEMPLE,camille,"
        " Camille.Exemple@AC-EXEMPLE.test\r\n"
    )
    assert counts(Import(database, [header, line.encode()])) == "0 1 0 0 0"


def test_a_line_twice_in_one_file_is_one_invitation(database: Database) -> None:
    assert counts(run(database, invited(), invited())) == "1 1 0 0 1"
    assert factories.purposes(database) == ["invitation"]


def test_an_import_cut_in_the_middle_is_simply_repeated(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while its second batch is written: the first is kept, nothing of the second is."""
    monkeypatch.setattr("idp.accounts.invitation_import.BATCH", 2)
    people = [
        invited(email=f"p{n}@ac-exemple.test", given_name=f"Prénom{'abcde'[n]}") for n in range(5)
    ]
    written = itertools.count()
    send = invitations.send

    def killed(*args: object, **values: object) -> None:
        if next(written) == 3:
            raise KeyboardInterrupt
        send(*args, **values)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(invitations, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            run(database, *people)
    assert factories.counts(database)["invitations"] == 2
    assert factories.counts(database)["members"] == 2
    assert counts(run(database, *people)) == "3 2 0 0 3"
    assert factories.counts(database)["outbox"] == 5


def test_two_imports_of_one_file_at_once(database: Database) -> None:
    people = [invited(email=f"p{n}@ac-exemple.test", given_name=f"Prénom{n}") for n in "abcdef"]
    done = at_once(2, lambda _number: run(database, *people))
    assert sorted(counts(each) for each in done) == ["0 6 0 0 0", "6 0 0 0 6"]
    assert factories.counts(database)["outbox"] == 6


def test_a_dry_run_changes_nothing_and_says_the_same(database: Database) -> None:
    people = (invited(), invited(birth_date="hier"), invited())
    before = factories.counts(database)
    dry = run(database, *people, dry_run=True)
    assert factories.counts(database) == before
    wet = run(database, *people)
    assert (dry.counts, dry.said()) == (wet.counts, wet.said())


def test_a_member_on_file_must_be_told_as_the_register_has_them(database: Database) -> None:
    register.run(database, register.person(1))
    right = {
        "member_number": "F0000001",
        "given_name": "prenom",
        "family_name": "NEE AILLEURS",  # the birth name serves too; accents, hyphens do not count
        "birth_date": "1985-05-31",
    }
    for field, value in (
        ("given_name", "Camille"),
        ("family_name", "Autre"),
        ("birth_date", "1985-05-30"),
    ):
        done = run(database, invited(**{**right, field: value}))
        assert done.said() == [(2, field, "person_differs")]
    assert factories.purposes(database) == []
    before = register.register_of(database)
    assert counts(run(database, invited(**right))) == "1 0 0 0 0"
    assert register.register_of(database) == before, "their own channels and contract stay"
    assert factories.purposes(database) == ["invitation"]


def test_an_unknown_number_is_taken_as_it_is(database: Database) -> None:
    done = run(database, invited(member_number="AC-00042"))
    assert (counts(done), done.numbers()) == ("1 0 0 0 1", [])
    assert member_of(database).member_number == "AC-00042"


def test_a_member_who_has_an_identity_is_reported_and_not_invited(database: Database) -> None:
    run(database, invited(member_number="F1"))
    register.attach(database, "F1")
    done = run(database, invited(member_number="F1", contract="Autre"))
    assert (counts(done), done.said()) == ("0 0 1 0 0", [(2, "member_number", "has_identity")])
    assert factories.purposes(database) == ["invitation"]


def test_a_member_who_left_is_not_invited(database: Database) -> None:
    register.run(database, register.person(1, status="left"))
    done = run(
        database,
        invited(
            member_number="F0000001",
            given_name="Prénom",
            family_name="Fictif-B",
            birth_date="1985-05-31",
        ),
    )
    assert done.said() == [(2, "member_number", "member_closed")]


def test_one_person_at_two_addresses_needs_a_number(database: Database, at: FrozenClock) -> None:
    """Else a corrected address would make a second member of them."""
    first = run(database, invited())
    again = invited(email=OTHER)
    assert run(database, again).said() == [(2, "member_number", "invited_otherwise")]
    assert factories.counts(database)["members"] == 1
    (number,) = first.numbers()
    assert number.isalpha(), "digits might read as a NIR, and the number is refused when it is used"
    at.advance(seconds=1)
    assert counts(run(database, {**again, "member_number": number})) == "1 0 0 0 0"
    assert states(database) == ["revoked", "open"], "the newer one takes its place"
    with database.reading() as session, pytest.raises(BadLinkError):
        links.look(session, "invitation", tokens(database)[0])
    assert counts(run(database, invited())) == "0 1 0 0 0", "and the older file brings nothing back"


def test_one_number_twice_in_a_file(database: Database) -> None:
    done = run(database, invited(member_number="F1"), invited(member_number="F1", email=OTHER))
    assert done.said() == [(3, "member_number", "member_number_twice")]
    assert factories.purposes(database) == ["invitation"]


def test_two_people_of_one_mailbox(database: Database) -> None:
    """A couple, or the mailbox of an office: each has an invitation of their own."""
    done = run(database, invited(), invited(given_name="Dominique"))
    assert counts(done) == "2 0 0 0 2"
    assert len(set(tokens(database))) == 2


def test_the_nir_comes_later_by_the_number(database: Database) -> None:
    (number,) = run(database, invited()).numbers()
    line = register.person(
        1,
        member_number=number,
        given_name="Camille",
        family_name="Exemple",
        birth_name="",
        birth_date="1990-02-28",
        email=EMAIL,
    )
    assert register.counts(register.run(database, line)) == "0 1 0 0"
    held = register.register_of(database)[number]
    assert held["nir"] == register.person(1)["nir"]
    with database.reading() as session:
        found = links.look(session, "invitation", tokens(database)[0])
        assert found.member_id == member_of(database).id, "the invitation is good as before"
        assert members.find(session, number) is not None


HOSTILE = {
    "formula in a name": ({"given_name": "=cmd|'/c calc'!A1"}, "given_name", "formula"),
    "formula in an employer": ({"employer": "@SUM(A1:A9)"}, "employer", "formula"),
    "formula after a space": ({"contract": "  +33"}, "contract", "formula"),
    "minus": ({"family_name": "-1+1"}, "family_name", "formula"),
    "NUL": ({"employer": "Aca\x00démie"}, "employer", "unprintable"),
    "escape": ({"employer": "Académie\x1b[2J"}, "employer", "unprintable"),
    "a NIR as number": ({"member_number": register.nir(7)}, "member_number", "holds_a_nir"),
    "a NIR in a contract": ({"contract": f"n° {register.nir(7)} A"}, "contract", "holds_a_nir"),
    "no birth date": ({"birth_date": ""}, "birth_date", "missing"),
    "French birth date": ({"birth_date": "28/02/1990"}, "birth_date", "bad_date"),
    "no address": ({"email": ""}, "email", "missing"),
    "two addresses": ({"email": f"{EMAIL}, {OTHER}"}, "email", "bad_email"),
    "header injection": ({"email": f"a@exemple.test\r\nBcc: {OTHER}"}, "line", "not_csv"),
    "a long employer": ({"employer": "É" * 121}, "employer", "too_long"),
    "a megabyte": ({"employer": "É" * 2**20}, "line", "too_long"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_line_is_left_out_and_its_neighbours_kept(database: Database, case: str) -> None:
    changes, field, reason = HOSTILE[case]
    file = b"".join(lines_of(invited(**changes), invited(given_name="Dominique", email=OTHER)))
    done = Import(database, physical_lines(io.BytesIO(file)))
    assert (field, reason) in [(where, why) for _line, where, why in done.said()]
    assert done.counts.refused >= 1
    assert tokens(database, EMAIL) == []
    assert len(tokens(database, OTHER)) == 1
    for finding in done.findings:  # nothing of a line gets into a report
        assert not any(value and value in str(finding) for value in changes.values())


def test_another_encoding_is_refused_by_the_line(database: Database) -> None:
    header, line = lines_of(invited())
    done = Import(database, [header, line.decode().encode("latin-1")])
    assert done.said() == [(2, "line", "not_utf8")]


@pytest.mark.parametrize(
    "header",
    [
        b"email,email,given_name,family_name,birth_date,employer,contract\n",
        b"email,given_name,family_name,birth_date,employer,contract,role\n",
        b"email,given_name,family_name,employer,contract\n",
        "é".encode("latin-1"),
        b"",
    ],
)
def test_a_wrong_header_and_nothing_is_done(database: Database, header: bytes) -> None:
    with pytest.raises(BadFileError):
        Import(database, [header, *lines_of(invited())[1:]])
    assert factories.counts(database)["invitations"] == 0
