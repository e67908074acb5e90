"""What each refusal of the issuer means for the person: a page of its own, one useful way on."""

from collections.abc import Mapping

from relying_parties.common.texts import Problem
from relying_parties.common.wants import ACCOUNT, STRONG

REFUSALS = {
    "cancelled": Problem(
        400,
        "Connexion interrompue",
        (
            "Vous n'êtes pas allé au bout de la connexion. Rien n'a changé.",
            "Vous pouvez la reprendre quand vous voulez.",
        ),
        "retry",
    ),
    "sign_in_again": Problem(
        400,
        "Il faut vous connecter à nouveau",
        (
            "Votre connexion à MGEN Connect a pris fin, ou elle est celle d'une autre personne.",
            "Connectez-vous\u00a0: vous reviendrez ensuite à la page que vous vouliez voir.",
        ),
        "retry",
        "Me connecter",
    ),
    "step_left": Problem(
        400,
        "Il vous reste une étape",
        (
            "MGEN Connect a encore quelque chose à vous demander avant de vous ouvrir ce site.",
            "Continuez\u00a0: la page suivante vous dira quoi.",
        ),
        "retry",
        "Continuer",
    ),
    "choose": Problem(
        400,
        "Dites quel identifiant utiliser",
        (
            "MGEN Connect ne sait pas avec quel identifiant vous voulez ouvrir ce site.",
            "Choisissez-le sur la page suivante.",
        ),
        "retry",
        "Choisir mon identifiant",
        ACCOUNT,
    ),
    "consent": Problem(
        400,
        "Votre accord est nécessaire",
        (
            "MGEN Connect doit d'abord vous demander si vous voulez donner vos informations "
            "à ce site.",
            "La page suivante dit lesquelles. Vous êtes libre de refuser.",
        ),
        "retry",
        "Voir ce qui est demandé",
    ),
    "stronger": Problem(
        403,
        "Il faut une connexion plus sûre",
        (
            "Pour cette page, un mot de passe ne suffit pas\u00a0: il faut aussi un code, reçu "
            "par SMS ou par e-mail, et un dossier d'adhérent rattaché à votre identifiant.",
            "Si cette page revient, c'est sans doute que votre dossier n'est pas encore "
            "rattaché\u00a0: l'accueil de votre espace personnel vous dit comment faire.",
        ),
        "retry",
        "Me connecter avec un code",
        STRONG,
    ),
    "too_late": Problem(
        400,
        "La connexion a pris trop de temps",
        (
            "MGEN Connect n'accepte plus cette réponse\u00a0: elle ne vaut qu'une minute, "
            "et une seule fois.",
            "Reprenez la connexion\u00a0: cela ne prend qu'un instant.",
        ),
        "retry",
    ),
    "our_fault": Problem(
        500,
        "Ce site ne peut pas vous connecter pour l'instant",
        (
            "L'erreur vient de ce site, pas de vous\u00a0: il a mal posé sa demande à "
            "MGEN Connect. Recommencer n'y changerait rien.",
            "Nous en gardons la trace. Si cela dure, donnez-nous la référence ci-dessous.",
        ),
    ),
    "unfinished": Problem(
        400,
        "La connexion n'a pas abouti",
        (
            "MGEN Connect n'a pas pu la terminer. Nous n'en savons pas plus.",
            "Recommencez\u00a0; si cette page revient, réessayez un peu plus tard.",
        ),
        "retry",
    ),
}
OTHER = "unfinished"

# RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6, RFC 9101 §6.4, RFC 8707 §2: what only the site can mend
_OUR_FAULTS = (
    *("invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope"),
    *("invalid_target", "invalid_request_object", "invalid_request_uri"),
    *("request_not_supported", "request_uri_not_supported", "registration_not_supported"),
)
ANSWERED: Mapping[str, str] = {  # in the browser; the keys of PROBLEMS and REFUSALS
    "access_denied": "cancelled",
    "login_required": "sign_in_again",
    "interaction_required": "step_left",
    "account_selection_required": "choose",
    "consent_required": "consent",
    "unmet_authentication_requirements": "stronger",
    "temporarily_unavailable": "unavailable",
    "server_error": "unavailable",
    **dict.fromkeys(_OUR_FAULTS, "our_fault"),
}
# by the token endpoint (RFC 6749 §5.2)
REDEEMED: Mapping[str, str] = {
    "invalid_grant": "too_late",
    "invalid_client": "our_fault",
    "unsupported_grant_type": "our_fault",
    **dict.fromkeys(_OUR_FAULTS, "our_fault"),
}
