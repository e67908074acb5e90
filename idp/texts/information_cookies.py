"""/cookies: each cookie that is really set, and why no consent is asked (E6)."""

TEXTS = {
    "title": "Cookies",
    "what": (
        "Un cookie est une petite valeur que votre navigateur garde et nous renvoie. "
        "Nous n'utilisons que ceux qui sont indispensables à votre connexion."
    ),
    "no_consent": (
        "Nous n'en utilisons aucun pour la publicité, la mesure d'audience ou les réseaux sociaux. "
        "C'est pourquoi aucun accord ne vous est demandé : l'article 82 de la loi Informatique et "
        "Libertés en dispense les cookies strictement nécessaires."
    ),
    "inside": (
        "Chacun contient une valeur tirée au hasard. On n'y lit ni votre nom, ni votre adresse "
        "e-mail. Seul MGEN Connect peut les lire : ni les autres sites, ni les programmes des "
        "pages."
    ),
    "list_title": "Les cookies de MGEN Connect",
    "purpose": "Utilité",
    "life": "Durée",
    "browser": (
        "Relie les pages d'une même connexion au navigateur qui l'a commencée, et protège les "
        "formulaires. Il est déposé quand vous ouvrez la page d'accueil, une page de connexion, "
        "de création de compte ou d'ouverture d'un espace."
    ),
    "session": "Garde votre connexion ouverte. Il est déposé quand vous êtes connecté.",
    "device": (
        "Évite de vous demander un code dans ce navigateur. Il est déposé seulement si vous "
        "cochez la case « Ne plus me demander de code »."
    ),
    "until_closed": "Jusqu'à la fermeture du navigateur",
    "session_life": (
        "Jusqu'à la fermeture du navigateur ou votre déconnexion. Il ne sert plus après "
        "{idle_minutes} minutes sans activité, ni {session_hours} heures après la connexion."
    ),
    "device_life": "{device_days} jours",
    "refuse_title": "Refuser ou effacer ces cookies",
    "refuse": (
        "Votre navigateur permet de les bloquer ou de les effacer, dans ses réglages. Sans eux, "
        "la connexion est impossible. Si vous effacez le dernier, un code vous sera de nouveau "
        "demandé."
    ),
    "sites_title": "Les autres sites",
    "sites": (
        "Les sites que vous ouvrez avec MGEN Connect ont leurs propres cookies : reportez-vous "
        "à leurs pages."
    ),
}
