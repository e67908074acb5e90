"""The page that brings a site its answer, when the site wants it posted."""

TEXTS = {
    "title": "Retour vers {site}",
    "what": (
        "Vous allez revenir sur le site dans un instant. "
        "Si la page ne change pas, appuyez sur le bouton."
    ),
}
