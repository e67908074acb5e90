"""What the shared pages say to members, by key. A problem says what happened and how to go on."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One page: HTTP status, title, paragraphs, and the way on (`retry` the sign-in, or `home`)."""

    status: int
    title: str
    lines: tuple[str, ...]
    way: Literal["retry", "home"] = "home"


PROBLEMS = {
    "cancelled": Problem(
        400,
        "Connexion interrompue",
        (
            "Vous n'êtes pas allé au bout de la connexion. Rien n'a changé.",
            "Vous pouvez la reprendre quand vous voulez.",
        ),
        "retry",
    ),
    "identify": Problem(
        400,
        "Il faut vous identifier",
        ("MGEN Connect a besoin que vous vous identifiiez avant de revenir sur ce site.",),
        "retry",
    ),
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

# What an error of the issuer means for the person (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6)
ISSUER_ERRORS = {
    "access_denied": "cancelled",
    "login_required": "identify",
    "interaction_required": "identify",
    "account_selection_required": "identify",
    "consent_required": "identify",
    "temporarily_unavailable": "unavailable",
    "server_error": "unavailable",
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
