"""The home page of the identity provider."""

TEXTS = {
    "title": "Bienvenue",
    "signed_in": "Vous êtes connecté.",
    "signed_out": "Avec une adresse e-mail et un mot de passe, vous ouvrez tous vos espaces.",
    "sites": "Vos espaces",
    "account": "Votre compte",
    "sign_out": "Me déconnecter",
    "member": "Vous êtes adhérent ?",
    "join_what": "Votre compte n'a pas encore votre dossier d'adhérent.",
    "letter_what": "Vous avez reçu un code par courrier ?",
    "no_account": "Vous n'avez pas encore de compte ?",
}
