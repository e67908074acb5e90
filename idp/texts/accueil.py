"""The home page of the identity provider."""

TEXTS = {
    "title": "Bienvenue",
    "signed_in": "Vous êtes connecté.",
    "signed_out": "Avec une adresse e-mail et un mot de passe, vous ouvrez tous vos espaces.",
    "sites": "Vos espaces",
    "sign_out": "Me déconnecter",
    "no_account": "Vous n'avez pas encore de compte ?",
}
