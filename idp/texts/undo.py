"""Undoing the attachment of a record that somebody else asked for."""

TEXTS = {
    "title": "Ce n'était pas vous ?",
    "why": "Votre dossier d'adhérent vient d'être rattaché à un compte MGEN Connect.",
    "what": (
        "Si vous ne l'avez pas demandé, confirmez ci-dessous. Le dossier sera détaché aussitôt, et "
        "plus personne ne pourra se connecter avec ce compte."
    ),
    "submit": "Ce n'était pas moi : détacher mon dossier",
    "was_me": "C'était bien vous ? Fermez cette page : vous n'avez rien à faire.",
    "done_title": "Votre dossier est détaché",
    "done": "Plus personne ne peut l'ouvrir avec ce compte. Toutes ses connexions sont terminées.",
    "next": (
        "Prévenez votre conseiller. Pour retrouver votre espace, indiquez votre numéro de sécurité "
        "sociale et votre date de naissance : un message partira vers le contact que la mutuelle "
        "connaît."
    ),
    "recover": "Retrouver l'accès à mon espace",
    "help": "Trouver de l'aide",
    "invalid": (
        "Ce lien a expiré, a déjà servi, ou n'est pas complet. Si vous n'avez pas demandé le "
        "rattachement de votre dossier, appelez votre conseiller sans attendre."
    ),
}
