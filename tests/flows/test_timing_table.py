"""The table of `make test-all`: whether time tells who is known (EN2). It is printed, and no gate.

The passwords cost here what they cost in production. The floor of the NIR's door is added to its
time and not waited for.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from idp.accounts.recovery_channels import WAYS
from idp.accounts.states import State
from idp.app import create_app
from idp.flows import nir_door
from idp.settings import Settings
from tests.accounts import legacy_support, register_support
from tests.accounts.legacy_support import NOBODY
from tests.flows import timing
from tests.flows.conftest import EMAIL, register
from tests.flows.migration_pages import at_choice
from tests.flows.opening_support import MOBILE, give_access, on_file
from tests.flows.support_b import WRONG, person
from tests.flows.timing import Sent
from tests.member import ANSWER, Member

BORN, NOT_BORN = "31/05/1985", "30/05/1985"
FREE, DISABLED = "libre@exemple.test", "ferme@exemple.test"
TYPED = "Trois.Petits*Chats-9"
COSTS = "argon2_memory_kib", "argon2_time", "legacy_floor"
DEAR = {name: getattr(Settings(), name) for name in COSTS}


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the floor would have waited."""
    seen: list[float] = []
    monkeypatch.setattr(nir_door, "wait", seen.append)
    return seen


@pytest.fixture
def dear(here: Settings) -> Iterator[Flask]:
    """An app whose passwords cost what they should, before people in each state."""
    made = create_app(replace(here, **DEAR))
    store = made.extensions["idp"].database
    person(store)
    person(store, DISABLED, State.DISABLED)
    yield made
    store.close()


def by_email(app: Flask) -> dict[str, Sent]:
    """A wrong password of each."""

    def sent(email: str) -> Sent:
        return timing.form(Member(app).open("/connexion"), "Me", email=email, password=WRONG)

    return {"known": sent(EMAIL), "unknown": sent(FREE), "disabled": sent(DISABLED)}


def by_nir(app: Flask) -> dict[str, Sent]:
    """A wrong password of an old access, of nobody, and of who has an e-mail by now."""
    store = app.extensions["idp"].database
    old, new = (legacy_support.member(store, rank=rank) for rank in (11, 12))
    legacy_support.attach(store, new, person(store, "nouvelle@exemple.test"))

    def sent(nir: str) -> Sent:
        return timing.form(Member(app).open("/connexion/nir"), "Me", nir=nir, password=WRONG)

    return {"known": sent(old.number), "unknown": sent(NOBODY.number), "attached": sent(new.number)}


def asking(app: Flask, *, by_nir: bool) -> dict[str, tuple[str, str]]:
    """Whom one asks the way back for: identifier and birth date.

    Each is shown as many channels as the others: one alone is used at once, and costs more.
    """
    if by_nir:
        nir = on_file(app.extensions["idp"].database, 21, mobile=MOBILE)["nir"]
        people = {
            "known": [(nir, BORN)],
            "unknown": [(register_support.nir(900 + number), BORN) for number in range(40)],
            "wrong date": [(nir, f"{day:02}/05/1985") for day in range(1, 29)],
        }
    else:
        people = {
            "known": [(EMAIL, "")],
            "unknown": [(f"personne{number}@exemple.test", "") for number in range(40)],
            "wrong date": [(EMAIL, f"{day:02}/05/1985") for day in range(1, 29)],
        }
    channels = len(WAYS) if by_nir else 1
    return {name: _first_shown(app, pairs, channels) for name, pairs in people.items()}


def asked(app: Flask, start: str, *, by_nir: bool) -> dict[str, Sent]:
    """The first page of a recovery."""
    return {
        name: timing.form(Member(app).open(start), "Continuer", identifier=who, birth_date=born)
        for name, (who, born) in asking(app, by_nir=by_nir).items()
    }


def unblocking(app: Flask) -> dict[str, Sent]:
    """By NIR and birth date."""
    return asked(app, "/debloquer", by_nir=True)


def forgetting(app: Flask) -> dict[str, Sent]:
    """By address; a date where there is none is wrong."""
    return asked(app, "/mot-de-passe-oublie", by_nir=False)


def channel(app: Flask) -> dict[str, Sent]:
    """Its second page: to the e-mail, where the telephone is offered too."""
    people = asking(app, by_nir=True)
    return {
        name: timing.form(_in_front(app, number, *pair), "le message", channel="email")
        for number, (name, pair) in enumerate(people.items())
    }


def _first_shown(app: Flask, pairs: list[tuple[str, str]], channels: int) -> tuple[str, str]:
    """The first of these who is shown so many."""
    for number, pair in enumerate(pairs):
        member = _in_front(app, number, *pair)
        form = next(form for form in member.forms if "channel" in form.names)
        if form.names.count("channel") == channels:
            return pair
    raise AssertionError(f"nobody is shown {channels}")


def _in_front(app: Flask, number: int, who: str, born: str) -> Member:
    """A browser of a network of its own, at the second page of a recovery."""
    member = Member(app)
    member.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number + 1}"
    member.open("/mot-de-passe-oublie")
    return member.submit("Continuer", identifier=who, birth_date=born)


def coordinates(app: Flask) -> dict[str, Sent]:
    """The third page of opening a space."""
    line, nobody = on_file(app.extensions["idp"].database, 31), register_support.person(32)
    people = {
        "known": line,
        "unknown": nobody,
        "wrong name": {**line, "family_name": "Autrement"},
    }
    return {name: _coordinates(Member(app), given) for name, given in people.items()}


def _coordinates(member: Member, line: dict[str, str]) -> Sent:
    member.open("/creer-mon-espace").submit("Continuer", nir=line["nir"])
    give_access(member, FREE)
    year, month, day = line["birth_date"].split("-")
    return timing.form(
        member,
        "Continuer",
        nir_key=line["nir_key"],
        family_name=line["family_name"],
        birth_date=f"{day}/{month}/{year}",
    )


def sign_up(app: Flask) -> dict[str, Sent]:
    """Of an address that somebody has, or that is free."""

    def sent(email: str) -> Sent:
        fields = {"email": email, "password": TYPED, "confirm_password": TYPED}
        page = Member(app).open("/creer-un-compte")
        return timing.form(page, "", **fields, secret_answer=ANSWER)

    return {"known": sent(EMAIL), "unknown": sent(FREE)}


def target(app: Flask) -> dict[str, Sent]:
    """The e-mail that replaces a NIR: the same."""
    store = app.extensions["idp"].database
    site = register(store)
    fields = {"password": TYPED, "confirm_password": TYPED, "secret_answer": ANSWER}
    made = {}
    for rank, (name, email) in enumerate((("known", EMAIL), ("unknown", FREE)), 41):
        line = register_support.person(rank)
        page = at_choice(
            Member(app),
            site,
            store,
            **{k: line[k] for k in ("member_number", "nir", "nir_key")},
            email=f"dossier{rank}@exemple.test",
        )
        button = "Valider mon nouvel identifiant"
        made[name] = timing.form(page, button, have_account="no", email=email, **fields)
    return made


@pytest.mark.slow
def test_en2_the_timing_table(
    dear: Flask, late: list[float], record_property: Callable[[str, object], None]
) -> None:
    """Printed at the end of the run, by tests/conftest.py."""
    pages = {
        "sign-in by e-mail": by_email,
        "sign-in by NIR": by_nir,
        "/debloquer": unblocking,
        "/mot-de-passe-oublie": forgetting,
        "… /canal": channel,
        "opening, coordonnees": coordinates,
        "sign-up": sign_up,
        "migration, new e-mail": target,
    }
    rows = [row for name, make in pages.items() for row in timing.rows(dear, name, make, late=late)]
    record_property("timing", timing.table(rows))
    assert len(rows) == len(pages) + 1
