"""The SMS: one sentence or two each, and the variables that each takes.

========================  =============================================================
SMS                       variables
========================  =============================================================
code                      code_shown ("671 - 482 913"), minutes (int)
temporary_password        password_shown ("7KQ4M X2RTB"), minutes (int)
space_attached            link (the page that undoes it)
phone_gone                none: to a number that gets no code any more
channel_changed           none: to a number on file, when the mutual changed what is on file
========================  =============================================================

One SMS is one part: 160 characters of the GSM 03.38 alphabet, which has é, è, à and ù but neither
ê, î, ô, û nor ç. A link is at most 99 characters long. The six digits come first, in one piece:
telephones offer them to the field of the code. The SMS of a code never bears a link.
"""

VARIABLES = {
    "code": frozenset({"code_shown", "minutes"}),
    "temporary_password": frozenset({"password_shown", "minutes"}),
    "space_attached": frozenset({"link"}),
    "phone_gone": frozenset(),
    "channel_changed": frozenset(),
}

TEXTS = {
    "code": (
        "{digits} est votre code MGEN Connect (message {prefix}), valable {minutes} minutes. "
        "Ne le donnez à personne : un conseiller ne le demande jamais."
    ),
    "temporary_password": (
        "{password_shown} est votre mot de passe provisoire MGEN Connect, valable {minutes} "
        "minutes. Ne le donnez à personne : un conseiller ne le demande jamais."
    ),
    "space_attached": "Votre espace MGEN est relié à un compte. Ce n'est pas vous ? {link}",
    "phone_gone": (
        "MGEN Connect : ce mobile ne sert plus à recevoir les codes de votre compte. "
        "Ce n'est pas vous ? Appelez votre conseiller."
    ),
    "channel_changed": (
        "MGEN : votre mutuelle vient de changer vos coordonnées. "
        "Ce n'est pas à votre demande ? Appelez votre conseiller."
    ),
}
