"""The secret question that an invited person chooses at the first sign-in."""

TEXTS = {
    "title": "Votre question secrète",
    "why": (
        "Il ne reste qu'une étape. Si vous oubliez un jour votre mot de passe, "
        "cette question nous aidera à vérifier que c'est bien vous."
    ),
    "submit": "Enregistrer et continuer",
}
