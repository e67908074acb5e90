"""The link that validates the address chosen in a migration."""

TEXTS = {
    "title": "Confirmer mon adresse",
    "what": (
        "En cliquant sur le bouton, vous confirmez que cette adresse e-mail est la vôtre. Elle "
        "remplacera le numéro de sécurité sociale pour se connecter."
    ),
    "not_you": "Vous n'avez rien demandé ? Fermez cette page : rien ne sera modifié.",
    "submit": "Confirmer mon adresse",
    "done_title": "Votre nouvel identifiant est prêt",
    "done": (
        "Votre dossier d'adhérent est rattaché à cette adresse e-mail. Le numéro de sécurité "
        "sociale et l'ancien mot de passe ne servent plus à se connecter."
    ),
    "done_elsewhere": (
        "Vous aviez commencé dans un autre navigateur ? Retournez-y : la page continue "
        "d'elle-même. Ici, vous n'êtes pas connecté."
    ),
    "invalid_again": "Vous pouvez demander un nouveau message, ou choisir une autre adresse.",
    "invalid_choose": "Revenir au choix de l'adresse",
    "invalid_elsewhere": (
        "Connectez-vous de nouveau, comme la première fois : vous reprendrez où vous en étiez."
    ),
}
