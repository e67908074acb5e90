"""A member who came with a NIR joins an account that exists."""

TEXTS = {
    "title": "J'ai déjà un compte MGEN Connect",
    "intro": (
        "Connectez-vous avec l'adresse e-mail et le mot de passe de ce compte : "
        "votre dossier d'adhérent y sera rattaché."
    ),
    "submit": "Me connecter et continuer",
    # the same for everybody: who has an account, and in which state, is told by mail alone
    "failure_help": (
        "Vérifiez l'adresse e-mail, puis saisissez de nouveau le mot de passe de ce compte. "
        "Si ce compte attend son activation ou s'il est bloqué, un lien part vers cette adresse. "
        "Ouvrez-le pour choisir un nouveau mot de passe, puis revenez ici."
    ),
    "link_failure_help": (
        "Saisissez de nouveau le mot de passe de ce compte. "
        "Si ce compte attend son activation ou s'il est bloqué, un lien part vers cette adresse. "
        "Ouvrez-le pour choisir un nouveau mot de passe."
    ),
    "forgotten_why": "Vous ne savez plus le mot de passe de ce compte ?",
    "forgotten": "Mot de passe oublié",
    "forgotten_then": (
        "Une fois le nouveau mot de passe choisi, connectez-vous de nouveau avec votre numéro de "
        "sécurité sociale."
    ),
    "back_why": "Vous n'avez pas de compte MGEN Connect ?",
    "back": "Choisir une adresse e-mail",
    "blocked_mail": (
        "Si un compte existe à cette adresse, un lien part vers elle. Ouvrez-le pour choisir un "
        "nouveau mot de passe : le compte sera débloqué."
    ),
    "blocked_then": (
        "Ensuite, connectez-vous de nouveau avec votre numéro de sécurité sociale, puis avec ce "
        "nouveau mot de passe."
    ),
    "blocked_back": "Revenir à la page précédente",
    "confirm_title": "Rattacher mon dossier",
    "confirm_what": "Votre dossier d'adhérent va être rattaché à ce compte MGEN Connect :",
    "confirm_then": (
        "Ensuite, vous vous connecterez toujours avec cette adresse e-mail. "
        "Votre numéro de sécurité sociale ne servira plus à vous connecter."
    ),
    "confirm_submit": "Rattacher mon dossier",
    "confirm_why_not": "Ce n'est pas le bon compte ?",
    "other": "Choisir une autre adresse",
    "obstacle": "Votre dossier ne peut pas être rattaché à ce compte.",
    "has_record": (
        "Un dossier d'adhérent est déjà rattaché à ce compte. Un compte ouvre un seul dossier : "
        "si deux personnes partagent cette adresse, chacune doit avoir la sienne."
    ),
    "not_active": "Ce compte n'est pas ouvert en ce moment. Choisissez une autre adresse.",
    "late": (
        "Votre dossier vient d'être rattaché depuis une autre page, ou votre demande n'est plus "
        "valable. Revenez à la connexion."
    ),
    "late_back": "Revenir à la connexion",
    "link_title": "Rattacher un dossier à ce compte",
    "link_intro": (
        "Un dossier d'adhérent attend d'être rattaché à votre compte. Si la demande vient de vous, "
        "saisissez le mot de passe de ce compte :"
    ),
    "link_not_you": "La demande ne vient pas de vous ? Fermez cette page : rien ne sera modifié.",
    # One text for expired, used, unknown and malformed links.
    "invalid_title": "Lien expiré ou invalide",
    "invalid": "Ce lien ne peut plus servir. Rien n'a été modifié.",
    "invalid_again": (
        "Pour recommencer, connectez-vous avec votre numéro de sécurité sociale et choisissez de "
        "nouveau votre adresse e-mail."
    ),
    # in another browser than the one that began: nothing is attached there
    "agree_title": "Accepter un dossier",
    "agree_what": "Un dossier d'adhérent attend d'être rattaché à ce compte MGEN Connect :",
    "agree_then": (
        "C'est votre dossier ? Donnez votre accord. Une dernière confirmation vous sera demandée "
        "dans le navigateur où vous avez commencé."
    ),
    "agree_submit": "Donner mon accord",
    "agree_why_not": "Ce n'est pas votre dossier ?",
    "agree_not": "Ne pas donner mon accord",
    "agreed_title": "Votre accord est enregistré",
    "agreed_next": (
        "Revenez au navigateur où vous avez commencé : il vous demande une dernière confirmation."
    ),
    "agreed_nothing": "Sans cette confirmation, le dossier n'est pas rattaché à ce compte.",
    "agreed_lost": (
        "Cet autre navigateur est fermé ? Connectez-vous de nouveau avec votre numéro de sécurité "
        "sociale : la confirmation vous attend."
    ),
    # the last word, in the browser that began
    "last_title": "Rattacher mon dossier au compte {email} ?",
    "last_why": "La personne qui utilise ce compte a donné son accord.",
    "last_check": (
        "Vérifiez chaque lettre de l'adresse : si ce n'est pas la vôtre, une autre personne "
        "pourra ouvrir votre dossier."
    ),
    "last_other": "Ce n'est pas mon adresse : en choisir une autre",
}
