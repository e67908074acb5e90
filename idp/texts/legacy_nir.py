"""Sign-in with the social security number, for who has no e-mail as an identifier yet."""

TEXTS = {
    "title": "Me connecter avec mon numéro de sécurité sociale",
    "intro": (
        "Vous vous connectez encore avec votre numéro de sécurité sociale ? Saisissez-le ici, avec "
        "votre mot de passe habituel. Ensuite, vous choisirez une adresse e-mail : "
        "c'est elle qui servira à vous connecter."
    ),
    # for everybody: who has moved to an e-mail, and who never had a password, read the same
    "failure_help": (
        "Vérifiez le numéro, puis saisissez de nouveau votre mot de passe. Si vous avez déjà "
        "choisi une adresse e-mail, connectez-vous avec elle. Si vous n'avez jamais eu de mot de "
        "passe, choisissez « Mot de passe oublié ? ». "
        "Après trois erreurs de suite, le compte est bloqué pendant 24 heures."
    ),
    "still_nir": "Vous n'avez pas encore choisi d'adresse e-mail ?",
    "has_email": "Vous avez déjà choisi une adresse e-mail ?",
    "by_email": "Me connecter avec mon adresse e-mail",
    "closed_title": "Cet accès est fermé",
    "closed": "Votre accès à l'espace adhérent est fermé.",
    "closed_help": (
        "Selon nos informations, vous n'êtes plus adhérent de la mutuelle. "
        "Si c'est une erreur, demandez à votre conseiller : lui seul peut rouvrir cet accès."
    ),
}
