"""Mes services digitaux: the sites used, and what each receives."""

TEXTS = {
    "title": "Mes services digitaux",
    "what": "Voici les sites que vous ouvrez avec ce compte, et ce que chacun peut recevoir.",
    "none": "Vous n'avez encore ouvert aucun site avec ce compte.",
    "since": "Utilisé depuis le {date}.",
    "agreed": "Site partenaire. Vous lui avez donné votre accord le {date}.",
    "receives": "Il peut recevoir :",
    "withdraw": "Retirer mon accord",
    "withdraw_of": "Retirer mon accord à {site}",
    "ask_title": "Retirer votre accord ?",
    "ask_what": "{site} ne recevra plus rien de nous, et son accès à vos informations s'arrête.",
    "ask_kept": (
        "Ce qu'il a déjà reçu reste chez lui : pour le faire effacer, adressez-vous à ce site."
    ),
    "ask_again": "Si vous y retournez, nous vous demanderons de nouveau votre accord.",
    "back": "Garder mon accord et revenir à la liste",
    "withdrawn": "Votre accord est retiré.",
    "gone": "Il n'y a rien à retirer pour ce site. Voici où vous en êtes.",
}
