"""The ways in of the second machine, each up to the page where ways_robot.py goes on."""

from contextlib import suppress
from datetime import date

from idp.accounts import recoveries, recovery_channels
from idp.accounts.activity import Where
from idp.accounts.recoveries import Cause, Request
from idp.accounts.signup import Towards
from idp.errors import TooManyError
from tests.accounts import register_support
from tests.flows import ways_robot as robot
from tests.flows.opening_support import give_access, give_coordinates
from tests.flows.ways_robot import How, reached
from tests.flows.ways_world import MADE_UP, Browser, World

FORGOTTEN = "/mot-de-passe-oublie"
BY_NIR = "/connexion/nir"


def sign_up(world: World, browser: Browser, how: How, *, press: bool) -> None:
    """An identity without a record, and its link if it came."""
    email = robot.target(world, browser, how)
    with world.acting(browser) as member:
        member.sign_up(email, browser.who.password)
    letter = world.newest(browser.who, "activation", to=email)
    if letter is not None and press:
        with world.acting(browser):
            robot.press(world, browser, letter)


def by_email(world: World, browser: Browser, email: str, password: str) -> None:
    """From the site; who is signed in already is there at once."""
    with world.acting(browser) as member:
        world.towards(browser)
        if browser.has("Me connecter"):
            browser.email = email
            member.submit("Me connecter", email=email, password=password)


def by_nir(world: World, browser: Browser, nir: str, password: str) -> bool | None:
    """Whether it leads to the code of C1; None where somebody is signed in already."""
    with world.acting(browser) as member:
        world.towards(browser)
        if not browser.has("Me connecter"):
            return None
        member.open(f"{BY_NIR}?{member.address.partition('?')[2]}")
        member.submit("Me connecter", nir=nir, password=password)
        return browser.path == robot.NIR_CODE


def guess(world: World, browser: Browser, nir: str | None, email: str) -> None:
    """A wrong password, at one door or the other."""
    page, typed = (BY_NIR, {"nir": nir}) if nir else ("/connexion", {"email": email})
    browser.member.open(page)
    robot.sent(browser, "Me connecter", **typed, password=MADE_UP)
    assert not robot.REACHABLE & {browser.path}, "a password that nobody has"


def flood(world: World, browser: Browser, identifier: str, born: date, times: int) -> None:
    """So many recoveries asked for at once, each sent to the e-mail: what its budgets allow."""
    where = Where(address=browser.member.client.environ_base["REMOTE_ADDR"])
    for _ in range(times):
        with suppress(TooManyError), world.store.writing() as session:
            whom = recoveries.parse(session, identifier)
            asked = Request(Cause.UNBLOCK, whom, born, "e" * 64, Towards(), where)
            recovery = recoveries.begin(session, asked)
            offer = recovery_channels.offers(session, recovery)[-1]
            recovery_channels.send(session, recovery, offer, where)
    world.look(browser.who)


def ask(world: World, browser: Browser, identifier: str, born: str, *, sms: bool) -> None:
    """The pages of asking for the way back, up to what was sent, or a refusal."""
    with world.acting(browser) as member:
        world.towards(browser)
        paused = member.address.partition("?")[2] if browser.has("Me connecter") else ""
        member.open(f"{FORGOTTEN}?{paused}")
        member.submit("Continuer", identifier=identifier, birth_date=born)
        if browser.has("Envoyer le message"):
            (form,) = (each for each in member.forms if "channel" in each.names)
            both = form.names.count("channel") > 1
            channel = ("sms" if sms else "email") if both else form.values["channel"]
            member.submit("Envoyer le message", channel=channel)


def type_temporary(world: World, browser: Browser, identifier: str) -> None:
    """D5: at the sign-in page of that identifier."""
    letter = world.newest(browser.who, "temporary_password")
    if letter is None:
        return
    if "@" in identifier:
        by_email(world, browser, identifier, letter.holds)
    else:
        by_nir(world, browser, identifier, letter.holds)
    if browser.path == robot.NEW:
        reached("a temporary password")


def press_newest(world: World, browser: Browser, *purposes: str, back: int = 0) -> None:
    """A link that came, the newest or one before it, good or long dead."""
    letters = world.letters(browser.who, *purposes)
    if letters:
        with world.acting(browser):
            robot.press(world, browser, letters[-1 - back % len(letters)])


def open_a_space(world: World, browser: Browser, how: How) -> bool:
    """A, of the owner's record: the stranger with what he knows, and his own address."""
    line = register_support.person(1)
    with world.acting(browser) as member:
        member.open("/creer-mon-espace")
        if not any("nir" in form.names for form in member.forms):
            return False
        member.submit("Continuer", nir=line["nir"])
        if not any("confirm_password" in form.names for form in member.forms):
            return False
        give_access(member, robot.target(world, browser, how), browser.who.password)
        if any("nir_key" in form.names for form in member.forms):
            give_coordinates(member, line)
    return True
