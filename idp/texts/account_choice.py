"""Which account a site shall know: this one, or another."""

TEXTS = {
    "title": "Avec quel compte continuer ?",
    "here": "Vous êtes connecté avec {mask}.",
    "submit": "Continuer avec ce compte",
    "other": "Utiliser un autre compte",
}
