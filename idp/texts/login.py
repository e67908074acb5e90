"""Sign-in by e-mail, and the page of a block."""

TEXTS = {
    "title": "Me connecter",
    "submit": "Me connecter",
    "help": "Besoin d'aide ?",
    "no_space": "Vous êtes adhérent et n'avez pas encore d'espace ?",
    "no_account": "Vous n'avez pas encore de compte ?",
    # One sentence for every cause: nobody learns which of the two is wrong.
    "failure": "Identifiant ou mot de passe incorrect",
    "failure_help": (
        "Vérifiez votre adresse e-mail, puis saisissez de nouveau votre mot de passe. "
        "Après trois erreurs de suite, le compte est bloqué pendant 24 heures."
    ),
    # For everybody: to tell it only to who waits for an activation would tell who has an account.
    "not_activated": "Vous venez de créer un compte ? Activez-le d'abord avec le message reçu.",
    "resend": "Renvoyer le message d'activation",
    "notice_activated": "Votre compte est activé. Vous pouvez maintenant vous connecter.",
    # the same whatever became of an invitation's form: the rest is told by mail
    "notice_invited": (
        "Votre demande est enregistrée. Connectez-vous avec l'adresse et le mot de passe que vous "
        "venez de choisir. Un message part aussi vers cette adresse : lisez-le."
    ),
    "notice_joined": (
        "Votre dossier d'adhérent est rattaché à un compte. Connectez-vous avec l'adresse e-mail "
        "et le mot de passe de ce compte."
    ),
    "notice_wrong_codes": (
        "Le code a été mal saisi trop de fois : il est annulé. "
        "Connectez-vous de nouveau pour en recevoir un autre."
    ),
    "blocked_title": "Votre compte est bloqué",
    "blocked_why": "Le mot de passe a été mal saisi trois fois de suite.",
    "blocked_safe": "Vos données sont en sécurité.",
    "blocked_until": "Le blocage prend fin de lui-même le {date}.",
    "blocked_then": "Vous pourrez alors vous connecter comme d'habitude.",
    "blocked_now": "Vous pouvez aussi le débloquer tout de suite, avec un nouveau mot de passe.",
    "blocked_trusted": (
        "Dans un navigateur où vous avez coché « Ne plus me demander de code », "
        "votre mot de passe ouvre toujours votre compte."
    ),
    "blocked_back": "Revenir à la connexion",
}
