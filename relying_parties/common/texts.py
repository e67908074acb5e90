"""What the shared pages say to members, by key. A problem says what happened and how to go on.

Not here: what the issuer's refusals mean (refusals.py).
"""

from dataclasses import dataclass
from typing import Literal

from relying_parties.common.wants import STRONG


@dataclass(frozen=True, slots=True)
class Problem:
    """One page: HTTP status, title, paragraphs, and the way on.

    `retry` the sign-in, `join` a member's record to the account, or `home`. `button` names what is
    not home; `want` is what a retry asks for beyond the usual (wants.py).
    """

    status: int
    title: str
    lines: tuple[str, ...]
    way: Literal["retry", "join", "home"] = "home"
    button: str = "Reprendre la connexion"
    want: str = ""


PROBLEMS = {
    "attempt_unknown": Problem(
        400,
        "Cette page de connexion n'est plus valable",
        (
            "Elle a déjà servi, elle a expiré, ou vous aviez commencé dans un autre navigateur.",
            "Reprenez la connexion depuis ce site\u00a0: cela ne prend qu'un instant.",
        ),
        "retry",
    ),
    "ended_meanwhile": Problem(
        400,
        "Votre connexion a pris fin entre-temps",
        (
            "Vous vous êtes déconnecté pendant que cette page s'ouvrait. Nous n'avons rien ouvert.",
            "Vous pouvez vous reconnecter quand vous voulez.",
        ),
        "retry",
    ),
    "not_signed_in": Problem(
        403,
        "Vous n'êtes plus connecté",
        ("Rien n'a été enregistré. Reconnectez-vous, puis recommencez.",),
        "retry",
    ),
    "confirm": Problem(
        403,
        "Confirmez que c'est bien vous",
        (
            "Cette page montre des informations sensibles.",
            "Pour la voir, un code vous sera demandé, en plus de votre mot de passe. "
            "Vous le recevrez par SMS ou par e-mail.",
        ),
        "retry",
        "Me connecter avec un code",
        STRONG,
    ),
    "no_record": Problem(
        403,
        "Votre dossier d'adhérent est nécessaire",
        (
            "Cette page est réservée aux adhérents. Votre identifiant n'est pas encore rattaché "
            "à votre dossier d'adhérent.",
            "Préparez votre numéro de sécurité sociale\u00a0: il vous sera demandé.",
        ),
        "join",
        "Rattacher mon dossier d'adhérent",
        STRONG,
    ),
    "refused": Problem(
        400,
        "La connexion n'a pas pu être vérifiée",
        (
            "La réponse reçue ne correspond pas à votre demande.",
            "Par sécurité, nous n'avons rien ouvert.",
            "Recommencez\u00a0; si cette page revient, réessayez un peu plus tard.",
        ),
        "retry",
    ),
    "unavailable": Problem(
        503,
        "La connexion est momentanément indisponible",
        (
            "MGEN Connect, qui vérifie votre identité, ne répond pas pour l'instant.",
            "Vos données ne sont pas en cause. Réessayez dans quelques minutes.",
        ),
        "retry",
    ),
    "busy": Problem(
        503,
        "Le site est momentanément indisponible",
        ("Réessayez dans quelques instants. Rien de ce que vous aviez enregistré n'est perdu.",),
    ),
    "form_expired": Problem(
        400,
        "Ce formulaire n'est plus valable",
        ("Vous vous êtes reconnecté ou déconnecté depuis que la page a été affichée.",),
    ),
    "400": Problem(
        400,
        "Demande incomprise",
        ("L'adresse ou le formulaire envoyé n'est pas de ceux que ce site propose.",),
    ),
    "403": Problem(
        403,
        "Cette action ne vous est pas ouverte",
        ("Elle est réservée à d'autres personnes. Rien n'a changé.",),
    ),
    "404": Problem(
        404,
        "Page introuvable",
        (
            "Cette adresse ne mène à aucune page du site.",
            "Le lien est peut-être ancien ou incomplet.",
        ),
    ),
    "405": Problem(
        405,
        "Cette page ne s'ouvre pas ainsi",
        ("Passez par les boutons et les liens du site pour y arriver.",),
    ),
    "413": Problem(413, "Envoi trop volumineux", ("Ce site n'accepte pas d'envoi aussi gros.",)),
    "500": Problem(
        500,
        "Une erreur est survenue",
        (
            "Elle vient de notre côté et nous en gardons la trace.",
            "Réessayez\u00a0; si elle revient, indiquez la référence ci-dessous.",
        ),
    ),
}

NOTICES = {
    "signed_out": "Vous êtes déconnecté",
    "ended_elsewhere": (
        "Vous n'êtes plus connecté à ce site, car votre connexion à MGEN Connect a pris fin."
    ),
    "signed_out_here": (
        "Vous êtes déconnecté de ce site. MGEN Connect ne répond pas\u00a0: "
        "sur un ordinateur partagé, fermez le navigateur."
    ),
}
