"""The walks of asking for the way back: by NIR, by address, over budget (EN1, EN2)."""

from idp.accounts import budgets, recoveries
from tests.flows.alike import Stage
from tests.member import Member

BORN = "31/05/1985"
BUTTONS = "Renvoyer le message", "Envoyer le message"


def ask(stage: Stage, start: str, identifier: str, born: str = BORN) -> Member:
    """The first page."""
    member = stage.browser().open(start)
    return member.submit("Continuer", identifier=identifier, birth_date=born)


def send(member: Member, channel: str) -> Member:
    """To that channel, whether the page offers it or not."""
    button = next(b for b in BUTTONS if any(b in form.button for form in member.forms))
    return member.submit(button, channel=channel)


def recovering_by_nir(stage: Stage) -> None:
    """To each channel until it has had enough; then from another browser."""
    member = ask(stage, "/debloquer", stage.line["nir"])
    for channel in ("email", "sms", "sms", "email", "email", "email", "email"):
        send(member, channel)
        stage.clock.advance(seconds=31)
    stage.browser().open("/aide").open(member.address)


def recovering_somebody_else(stage: Stage) -> None:
    """Another birth date, after forms with mistakes in them."""
    member = ask(stage, "/mot-de-passe-oublie", stage.line["nir"], "31/02/1985")
    member.submit("Continuer", identifier=stage.line["nir"], birth_date="")
    member.submit("Continuer", identifier=stage.line["nir"], birth_date="02/03/1984")
    send(member, "email")


def recovering_by_address(stage: Stage) -> None:
    """As an account without a record; again, after the link."""
    send(ask(stage, "/mot-de-passe-oublie", stage.email, ""), "email")
    send(ask(stage, "/debloquer", stage.email.title(), ""), "sms")


def recovering_over_budget(stage: Stage) -> None:
    """D10: the link an hour that is left, and then none."""
    with stage.store.writing() as session:
        for typed in (stage.email, stage.line["nir"]):
            digest = recoveries.typed_digests(session, recoveries.parse(session, typed))[0]
            for _ in range(budgets.BUDGETS["recovery_identifier"][0].limit):
                budgets.take(session, "recovery_identifier", digest)
    for identifier, born in ((stage.email, ""), (stage.line["nir"], BORN)):
        member = ask(stage, "/mot-de-passe-oublie", identifier, born)
        send(member, "email")
        ask(stage, "/mot-de-passe-oublie", identifier, born)
