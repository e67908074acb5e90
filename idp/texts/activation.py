"""The activation link: its button, its good end, its bad end."""

TEXTS = {
    "title": "Activer mon compte",
    "intro": "C'est la dernière étape.",
    "what": "En cliquant sur le bouton, vous confirmez que cette adresse e-mail est la vôtre.",
    "submit": "Activer mon compte",
    "done_title": "Votre compte est activé",
    "done_site": "Vous pouvez maintenant vous connecter depuis le site.",
    "done_sign_in": "Vous pouvez maintenant vous connecter.",
    "done_other": (
        "Vous aviez commencé dans un autre navigateur ? "
        "Vous pouvez aussi y retourner et vous y connecter."
    ),
    # One text for expired, used, unknown and malformed links.
    "invalid_title": "Lien expiré ou invalide",
    "ask_title": "Recevoir un nouveau message d'activation",
    "invalid_what": "Ce lien ne peut plus servir. Rien n'a été modifié.",
    "invalid_again": "Indiquez votre adresse e-mail pour recevoir un nouveau message.",
    "invalid_active": "Votre compte est déjà activé ?",
    "invalid_submit": "Recevoir un nouveau message",
    "sent_title": "Un message vient d'être envoyé",
    "sent_what": "Ouvrez votre messagerie, puis suivez ce qui est écrit dans le message.",
}
