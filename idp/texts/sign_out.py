"""Sign-out: the question, and the end."""

TEXTS = {
    "ask_title": "Voulez-vous vous déconnecter ?",
    "ask_what": "Il faudra saisir votre mot de passe à la prochaine connexion.",
    "where": "D'où voulez-vous vous déconnecter ?",
    "here_only": "De ce navigateur seulement",
    "everywhere": "De partout : tous vos navigateurs, appareils et applications",
    "ask_sites": (
        "Les sites que vous avez ouverts avec cette connexion sont prévenus, et vous déconnectent "
        "aussi."
    ),
    "submit": "Me déconnecter",
    "done_title": "Vous êtes déconnecté",
    "done_everywhere": "Vos connexions sur vos autres navigateurs et appareils sont fermées aussi.",
    "done_sites": (
        "Les sites que vous aviez ouverts sont prévenus. Si l'un d'eux vous reconnaît encore dans "
        "une minute, déconnectez-vous depuis ce site."
    ),
    "done_what": "Sur un ordinateur partagé, fermez aussi le navigateur.",
    "back_to": "Revenir sur {site}",
    "back": "Revenir sur le site",
}
