"""The code that came by post."""

TEXTS = {
    "title": "Code reçu par courrier",
    "intro": "Ce code rattache votre dossier d'adhérent à votre compte.",
    "how_to_get": (
        "Vous n'avez pas de courrier ? Demandez-le à votre conseiller : il part à l'adresse "
        "postale que la mutuelle connaît. Le code est valable 30 jours."
    ),
    "help": "10 caractères, chiffres et lettres. Les espaces ne comptent pas.",
    # One sentence for wrong, too old and never sent.
    "wrong": (
        "Ce code n'est pas le bon, ou il n'est plus valable. Vérifiez chaque caractère du courrier."
    ),
    "not_yet": "Vous ferez cela plus tard ?",
    "go_on": "Continuer sans code",
    "none": (
        "Aucune demande n'attend de code ici. Commencez par indiquer votre numéro de sécurité "
        "sociale : nous vérifierons que c'est bien vous, puis vous saisirez le code du courrier."
    ),
    "begin": "Rattacher mon dossier d'adhérent",
    "sign_in": "Pour saisir le code reçu par courrier, connectez-vous d'abord.",
    "late": "Le code est bon, mais votre dossier n'a pas pu être rattaché.",
    "late_help": "Il l'est déjà à un autre compte, ou il est clos. Appelez votre conseiller.",
}
