"""The mails: their subjects, their sentences, and the variables that each template takes.

========================  =============================================================
mail                      variables
========================  =============================================================
activation                link (activation page), site_name (None: no site is waiting)
already_known             sign_in_url
no_account                sign_up_url
code                      code_shown ("671 - 482 913"), minutes (int), site_name (or None)
blocked                   until (aware datetime: end of the block)
device_added              at (aware datetime), browser (family, e.g. "Firefox")
========================  =============================================================

Addresses are whole (https://…) and made from the issuer, never from a request.
A subject never bears a code, a link or an address.

The mails of a larger matter are in a module of their own, with their variables: mail_association,
mail_invitation, mail_member, mail_migration, mail_phone, mail_recovery, mail_register.
"""

from idp.texts import (
    mail_association,
    mail_invitation,
    mail_member,
    mail_migration,
    mail_phone,
    mail_recovery,
    mail_register,
)

_PARTS = (
    mail_association,
    mail_invitation,
    mail_member,
    mail_migration,
    mail_phone,
    mail_recovery,
    mail_register,
)

VARIABLES: dict[str, frozenset[str]] = {
    "activation": frozenset({"link", "site_name"}),
    "already_known": frozenset({"sign_in_url"}),
    "no_account": frozenset({"sign_up_url"}),
    "code": frozenset({"code_shown", "minutes", "site_name"}),
    "blocked": frozenset({"until"}),
    "device_added": frozenset({"at", "browser"}),
}

TEXTS = {
    "hello": "Bonjour,",
    "signature": "L'équipe MGEN Connect",
    "automatic": "Ce message est envoyé automatiquement. Merci de ne pas y répondre.",
    "copy_link": "Si le bouton ne répond pas, copiez cette adresse dans votre navigateur :",
    "activation.subject": "Activez votre compte MGEN Connect",
    "activation.why": "Un compte MGEN Connect a été créé avec cette adresse e-mail.",
    "activation.what": "Pour l'activer, ouvrez cette page et confirmez :",
    "activation.button": "Activer mon compte",
    "activation.site": "Vous pourrez ensuite continuer vers {site}.",
    "activation.life": "Ce lien est valable 15 jours.",
    "activation.not_you": (
        "Ce n'est pas vous ? Ne cliquez pas sur ce lien. "
        "Sans activation, ce compte sera effacé au bout de 15 jours."
    ),
    "already_known.subject": "Vous avez déjà un compte MGEN Connect",
    "already_known.why": (
        "La création ou l'activation d'un compte vient d'être demandée pour cette adresse e-mail. "
        "Or vous avez déjà un compte MGEN Connect à cette adresse."
    ),
    "already_known.same": "Rien n'a changé : votre compte et votre mot de passe sont les mêmes.",
    "already_known.what": "Pour vous connecter, ouvrez cette page :",
    "already_known.button": "Me connecter",
    "already_known.how": "Saisissez cette adresse e-mail et votre mot de passe habituel.",
    "already_known.not_you": "Ce n'est pas vous ? Vous n'avez rien à faire.",
    "no_account.subject": "Votre demande de message d'activation",
    "no_account.why": (
        "Un message d'activation vient d'être demandé pour cette adresse e-mail. "
        "Aucun compte n'attend d'être activé à cette adresse."
    ),
    "no_account.what": "Si vous voulez un compte, vous pouvez en créer un sur cette page :",
    "no_account.button": "Créer un compte",
    "no_account.not_you": "Ce n'est pas vous ? Vous n'avez rien à faire.",
    "code.subject": "Votre code de connexion",
    "code.why": "Vous vous connectez à MGEN Connect.",
    "code.why_site": "Vous vous connectez à MGEN Connect pour aller vers {site}.",
    "code.what": "Voici votre code :",
    "code.how": (
        "Le début du code est déjà inscrit sur la page. Saisissez les 6 chiffres qui suivent."
    ),
    "code.life": "Ce code est valable {minutes} minutes. Il ne sert qu'une fois.",
    "code.secret": (
        "Ne donnez ce code à personne, même à un conseiller. Nous ne vous le demanderons jamais."
    ),
    "code.not_you": (
        "Ce n'est pas vous ? Quelqu'un connaît sans doute votre mot de passe : "
        "prévenez sans attendre votre conseiller. "
        "Sans ce code, personne ne peut se connecter à votre place."
    ),
    "blocked.subject": "Votre compte MGEN Connect est bloqué",
    "blocked.why": "Un mot de passe incorrect a été saisi trois fois de suite pour votre compte.",
    "blocked.what": "Par sécurité, votre compte est bloqué. Vos données sont en sécurité.",
    "blocked.until": "Le blocage prend fin de lui-même le {date}.",
    "blocked.now": (
        "Pour le débloquer tout de suite, ouvrez la page de connexion et suivez « Mot de passe "
        "oublié ? » : vous choisirez un nouveau mot de passe."
    ),
    "blocked.trusted": (
        "Dans un navigateur où vous avez coché « Ne plus me demander de code », "
        "votre mot de passe ouvre toujours votre compte."
    ),
    "blocked.not_you": (
        "Ce n'est pas vous ? Quelqu'un a peut-être essayé de deviner votre mot de passe, "
        "sans y parvenir. Vous n'avez rien à faire."
    ),
    "device_added.subject": "Un nouveau navigateur de confiance",
    "device_added.why": "Un navigateur vient d'être déclaré de confiance pour votre compte.",
    "device_added.at": "Date : {date}",
    "device_added.browser": "Navigateur : {browser}",
    "device_added.life": (
        "Pendant 30 jours, nous n'y demanderons plus de code. "
        "Le mot de passe reste toujours demandé."
    ),
    "device_added.you": "C'est bien vous ? Vous n'avez rien à faire.",
    "device_added.not_you": "Ce n'est pas vous ? Prévenez sans attendre votre conseiller.",
}

for _part in _PARTS:
    VARIABLES |= _part.VARIABLES
    TEXTS |= _part.TEXTS
