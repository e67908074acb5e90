"""The second steps of an account: the e-mail, and a telephone that can be activated."""

TEXTS = {
    "title": "Validation en deux étapes",
    "what": (
        "Quand vous vous connectez, un code confirme que c'est bien vous, après votre mot de "
        "passe. Voici comment vous pouvez le recevoir."
    ),
    "mail": "Par e-mail : {mask}",
    "mail_always": "Ce moyen est toujours actif.",
    "sms": "Par SMS : {mask}",
    "none": "Aucun téléphone n'est activé.",
    "waits": (
        "Il pourra aussi servir à retrouver l'accès à votre compte à partir du {date}. "
        "Cette attente vous protège."
    ),
    "add_title": "Activer un téléphone",
    "add_what": (
        "Votre mobile vous permettra de recevoir le code par SMS. "
        "Nous allons y envoyer un code pour vérifier qu'il est bien le vôtre."
    ),
    "change_title": "Changer de téléphone",
    "change_what": (
        "Le nouveau numéro remplacera l'ancien, une fois confirmé par un code. "
        "Nous préviendrons l'ancien numéro par SMS."
    ),
    "number_help": "Un mobile de France métropolitaine, en 06 ou 07.",
    "no_sms": (
        "Nos SMS n'arrivent que sur un mobile de France métropolitaine, en 06 ou 07. "
        "Saisissez un autre numéro. Sans mobile, le code par e-mail reste votre moyen."
    ),
    "same_number": "Ce numéro est déjà activé. Vous n'avez rien à faire.",
    "send": "Recevoir un code par SMS",
    "devices": (
        "Après ce changement, un code vous sera de nouveau demandé dans tous vos navigateurs."
    ),
    "remove_title": "Retirer ce téléphone",
    "remove_what": "Le code ne viendra plus que par e-mail.",
    "remove": "Retirer ce téléphone",
    "home": "Revenir à l'accueil de MGEN Connect",
    "added": "Votre téléphone est activé.",
    "removed": "Votre téléphone est retiré. Le code viendra désormais par e-mail.",
    "gone": "Ce téléphone a déjà été changé ou retiré. Voici où vous en êtes.",
    "over": "Cette demande n'est plus en cours. Saisissez de nouveau le numéro.",
    "spent": "Le code a été mal saisi trop de fois. Saisissez de nouveau le numéro.",
    "code_title": "Confirmer mon téléphone",
    "code_sent": "Nous avons envoyé un code par SMS au {mask}.",
    "type_it": "Saisir ce code",
    "other_number": "Ce n'est pas le bon numéro ? Revenir en arrière",
}
