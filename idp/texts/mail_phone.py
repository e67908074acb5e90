"""A telephone that gets the codes: activated, changed, removed. Part of mail.py.

phone_added, phone_changed, phone_removed: at (aware datetime), browser (family),
mask ("** ** ** ** 08": the number now, or the one that is gone)
"""

_VALUES = frozenset({"at", "browser", "mask"})
VARIABLES: dict[str, frozenset[str]] = {
    "phone_added": _VALUES,
    "phone_changed": _VALUES,
    "phone_removed": _VALUES,
}

TEXTS: dict[str, str] = {
    "phone_added.subject": "Un téléphone est activé pour votre compte",
    "phone_added.what": "Ce téléphone peut maintenant recevoir vos codes par SMS : {mask}",
    "phone_changed.subject": "Le téléphone de votre compte a changé",
    "phone_changed.what": (
        "Le téléphone qui reçoit vos codes par SMS a été remplacé. Le nouveau : {mask}"
    ),
    "phone_removed.subject": "Le téléphone de votre compte est retiré",
    "phone_removed.what": "Ce téléphone ne reçoit plus vos codes : {mask}",
    "phone_removed.mail": "Ils viendront désormais par e-mail.",
    "phone.at": "Date : {date}",
    "phone.browser": "Navigateur : {browser}",
    "phone.devices": (
        "Par sécurité, un code vous sera de nouveau demandé dans tous vos navigateurs."
    ),
    "phone.you": "C'est bien vous ? Vous n'avez rien à faire.",
    "phone.not_you": (
        "Ce n'est pas vous ? Quelqu'un est entré dans votre compte : prévenez sans attendre votre "
        "conseiller, au numéro que vous connaissez."
    ),
}
