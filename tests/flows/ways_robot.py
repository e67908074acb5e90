"""What people do on the page in front of them, given what they read and know; one form a call.

The page decides what comes next, not a script: any page may be met in any browser, at any time.
"""

from collections import Counter
from dataclasses import dataclass

from hypothesis import currently_in_test_context, event

from tests.flows.ways_world import OWNER, Browser, Letter, World
from tests.member import ANSWER

CODE, NIR_CODE = "/connexion/code", "/connexion/nir/code"
CHOICE, SENT = "/migration", "/migration/message-envoye"
JOIN, CONFIRM = "/migration/association", "/migration/rattachement"
AGREED = "/migration/confirmation"
NEW = "/nouveau-mot-de-passe"
REACHABLE = {CODE, NIR_CODE, CHOICE, SENT, JOIN, CONFIRM, NEW}  # by who has proved something

REACHED: Counter[str] = Counter()  # of this process: a walk that never gets anywhere tests nothing


def reached(what: str) -> None:
    """Something came to pass that the walks are there for."""
    REACHED[what] += 1
    if currently_in_test_context():
        event(what)


@dataclass(frozen=True)
class How:
    """What somebody is inclined to: another of their browsers for links, SMS, to join, to trust."""

    elsewhere: bool
    sms: bool
    join: bool
    trust: bool
    target: int


def step(world: World, browser: Browser, how: How) -> bool:
    """Fill in and send the form that is due; whether there was one to send."""
    hand = {
        CODE: second_step,
        NIR_CODE: member_code,
        "/creer-mon-espace/code": opening_code,
        CHOICE: choose,
        SENT: press_what_was_sent,
        JOIN: join,
        CONFIRM: confirm,
        AGREED: last_word,
    }.get(browser.path)
    if browser.path.startswith(NEW):
        hand = new_password
    if hand is None:
        return False
    with world.acting(browser):
        return hand(world, browser, how)


def target(world: World, browser: Browser, how: How) -> str:
    """An address to have: one of her two; the stranger types his own, or one of hers."""
    own = browser.who.mailboxes
    every = own if browser.who is OWNER else (*own, *OWNER.mailboxes)
    return every[how.target % len(every)]


def second_step(world: World, browser: Browser, how: How) -> bool:
    """The code that was mailed to the address whose password was right; never guessed."""
    letter = world.newest(browser.who, "code", to=browser.email)
    if not browser.has("Valider") or letter is None or letter.holds in browser.pressed:
        return ask_for_code(browser)
    box = {"trust_device": "yes"} if how.trust else {}
    names = [name for form in browser.member.forms for name in form.names]
    browser.pressed.add(letter.holds)
    browser.member.submit("Valider", code=letter.holds, **(box if "trust_device" in names else {}))
    if browser.path != CODE:
        browser.stepped.add(browser.email)
        read(world, browser, browser.email)
        reached("signed in by a code")
        if how.trust:
            browser.trusted = browser.email
    return True


def member_code(world: World, browser: Browser, how: How) -> bool:
    """C1: a code to a channel on file."""
    if not browser.has("Valider"):
        offered = any("channel" in form.names for form in browser.member.forms)
        if not offered:
            return False
        return ask_for_code(browser, channel="sms" if how.sms and browser.who is OWNER else "email")
    letters = [
        each
        for each in world.letters(browser.who, "migration_code", "code")
        if each.purpose == "migration_code" or each.to.startswith("+")
    ]
    letter = letters[-1] if letters else None
    if letter is None or letter.holds in browser.pressed:
        return ask_for_code(browser)
    browser.pressed.add(letter.holds)
    browser.member.submit("Valider", code=letter.holds)
    if browser.path != NIR_CODE:
        world.proved.add(browser.who.nir)
        browser.coded.add(browser.who.nir)
        reached("proved by a code of C1")
    return True


def opening_code(world: World, browser: Browser, how: How) -> bool:
    """A4: the same for who opens a space; the stranger goes on without."""
    letter = world.newest(browser.who, "member_code", to=browser.who.reads[0])
    if letter is not None and browser.has("Valider") and letter.holds not in browser.pressed:
        browser.pressed.add(letter.holds)
        browser.member.submit("Valider", code=letter.holds)
        if "/code" not in browser.path:
            world.proved.add(browser.who.nir)
        return True
    if browser.who is OWNER and browser.has("Recevoir un code"):
        return ask_for_code(browser, channel="email")
    return sent(browser, "Je ne reçois rien")


def ask_for_code(browser: Browser, **channel: str) -> bool:
    """Send, or send again, if the page has the button."""
    for button in ("Recevoir un code", "Renvoyer un code"):
        if sent(browser, button, **channel):
            return True
    return False


def choose(world: World, browser: Browser, how: How) -> bool:
    """C2, C3, or the fold of who has an account."""
    email, password = target(world, browser, how), browser.who.password
    if how.join:
        return sign_in_here(browser, email, "Me connecter et continuer", email=email)
    browser.email = email
    return sent(
        browser,
        "Valider mon nouvel identifiant",
        email=email,
        password=password,
        confirm_password=password,
        secret_answer=ANSWER,
    )


def press_what_was_sent(world: World, browser: Browser, how: How) -> bool:
    """The link of the message; who does not read it chooses another address."""
    letter = world.newest(browser.who, "migration_validate", "migration_taken")
    if letter is None or letter.to != browser.email:
        return sent(browser, "Choisir une autre adresse")
    if letter.holds in browser.pressed:  # what it asks for is not done yet
        return False
    browser.pressed.add(letter.holds)
    if not (how.elsewhere and browser.who is OWNER):
        press(world, browser, letter)
        return True
    waiting, other = browser.member.address, world.browsers[1 - world.browsers.index(browser)]
    press(world, other, letter)
    for _ in range(4):
        step(world, other, how)
    reached(f"{letter.purpose}, in another browser")
    browser.member.open(waiting)
    return True


def press(world: World, browser: Browser, letter: Letter) -> None:
    """A mailed link, and the button or the form behind it; good or dead."""
    browser.member.open(letter.holds)
    if browser.member.page.status_code != 200 or not browser.member.forms:
        return
    if letter.purpose == "migration_taken":
        sign_in_here(browser, letter.to, "Me connecter et continuer")
    elif letter.purpose == "reset":
        new_password(world, browser, None)
    elif letter.purpose == "space_attached":
        browser.member.submit("Ce n'était pas moi")
        for each in world.browsers:
            each.trusted = each.trusted if each.who is not browser.who else ""
        world.undone.add(browser.who.nir)
        reached("undone")
    else:
        browser.member.submit("Activer" if letter.purpose == "activation" else "Confirmer")
        browser.email = letter.to
        read(world, browser, letter.to)
        reached(letter.purpose)


def join(world: World, browser: Browser, how: How) -> bool:
    """C5 by choice."""
    email = target(world, browser, how)
    return sign_in_here(browser, email, "Me connecter et continuer", email=email)


def sign_in_here(browser: Browser, at: str, button: str, **typed: str) -> bool:
    """The password of an address, at one of the forms that ask for it."""
    browser.email = at
    return sent(browser, button, password=browser.who.password, **typed)


def sent(browser: Browser, button: str, **fields: str) -> bool:
    """Whether the page has that button: it may be an error, or a budget's."""
    if not browser.has(button):
        return False
    browser.member.submit(button, **fields)
    return True


def confirm(world: World, browser: Browser, how: How) -> bool:
    """The last button of an association; in another browser, of an agreement."""
    if sent(browser, "Donner mon accord"):
        reached("agreed" if "accord est enregistré" in browser.member.text else "not agreed")
        return True
    if not sent(browser, "Rattacher mon dossier"):
        return False
    reached("joined" if browser.path != CONFIRM else "not joined")
    return True


def last_word(world: World, browser: Browser, how: How) -> bool:
    """An account has agreed elsewhere: one's own, or another address is chosen."""
    own = any(each in browser.member.text for each in browser.who.mailboxes)
    if own and sent(browser, "Rattacher mon dossier"):
        reached("joined by the last word")
        return True
    reached("not one's own address")
    return sent(browser, "Ce n'est pas mon adresse")


def new_password(world: World, browser: Browser, how: How | None) -> bool:
    """The same password as ever: what changes is all the rest."""
    form = next((f for f in browser.member.forms if f.method == "post"), None)
    if form is None:
        return False
    password, answer = browser.who.password, {}
    if "new_password" not in form.names:  # a member without an identity
        browser.member.submit(form.button)
        world.proved.add(browser.who.nir)
        reached("recovered into a migration")
        return True
    if "secret_answer" in form.names:
        answer = {"secret_answer": ANSWER}
    fields = {"new_password": password, "confirm_password": password, **answer}
    browser.member.submit(form.button, **fields)
    if browser.member.page.status_code < 400:
        reached("a new password")
        for each in world.browsers:
            if each.who is browser.who:
                each.trusted = ""
    return True


def read(world: World, browser: Browser, address: str) -> None:
    """What was sent to an address on file has come back: this is the member (R9)."""
    if address == browser.who.reads[0]:
        world.proved.add(browser.who.nir)
