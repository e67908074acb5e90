"""Sign-in by e-mail, and the two pages that a right or wrong password may lead to."""

TEXTS = {
    "title": "Me connecter",
    "submit": "Me connecter",
    "no_account": "Vous n'avez pas encore de compte ?",
    # One sentence for every cause: nobody learns which of the two is wrong.
    "failure": "Identifiant ou mot de passe incorrect",
    "failure_help": (
        "Vérifiez votre adresse e-mail, puis saisissez de nouveau votre mot de passe. "
        "Après trois erreurs de suite, le compte est bloqué pendant 24 heures."
    ),
    "notice_activated": "Votre compte est activé. Vous pouvez maintenant vous connecter.",
    "notice_wrong_codes": (
        "Le code a été mal saisi trop de fois : il est annulé. "
        "Connectez-vous de nouveau pour en recevoir un autre."
    ),
    "blocked_title": "Votre compte est bloqué",
    "blocked_why": "Le mot de passe a été mal saisi trois fois de suite.",
    "blocked_safe": "Vos données sont en sécurité.",
    "blocked_until": "Le blocage prend fin de lui-même le {date}.",
    "blocked_then": "Vous pourrez alors vous connecter comme d'habitude.",
    "blocked_trusted": (
        "Dans un navigateur où vous avez coché « Ne plus me demander de code », "
        "votre mot de passe ouvre toujours votre compte."
    ),
    "blocked_back": "Revenir à la connexion",
    "inactive_title": "Votre compte n'est pas encore activé",
    "inactive_mailbox": "Nous vous avons envoyé un message d'activation à l'adresse {mailbox}.",
    "inactive_what": "Ouvrez ce message, puis suivez le lien pour activer votre compte.",
    "inactive_again": "Vous ne retrouvez pas ce message ?",
    "inactive_resend": "Renvoyer le message",
    "inactive_sent": "Un message vient d'être envoyé. Il arrive en général en quelques minutes.",
}
