"""The landing of an invitation, the page after its form, and that of a dead link."""

TEXTS = {
    "title": "Création de vos accès",
    "hello": "Cette invitation est pour {name}.",
    "why": "Votre employeur, {employer}, vous propose d'adhérer à la mutuelle.",
    "contract": "Contrat proposé : {contract}.",
    "steps": "L'adhésion se fait en 3 étapes :",
    "step_access": "créer votre identifiant sécurisé, ici ;",
    "step_people": "ajouter vos bénéficiaires, si vous en avez ;",
    "step_sign": "signer les documents.",
    "access": "Votre identifiant sécurisé",
    "email_help": (
        "C'est l'adresse de l'invitation. Vous pouvez en choisir une autre : "
        "un code y sera envoyé à votre première connexion."
    ),
    "submit": "Créer mes accès",
    # the same whatever becomes of the form: the rest is told by mail
    "done_title": "Votre demande est enregistrée",
    "done_signed_in": (
        "Un autre compte est ouvert dans ce navigateur. Déconnectez-vous d'abord. "
        "Connectez-vous ensuite avec l'adresse et le mot de passe que vous venez de choisir."
    ),
    "done_mail": "Un message part aussi vers cette adresse : lisez-le.",
    "done_sign_out": "Me déconnecter",
    # One text for expired, used, revoked, unknown and malformed links.
    "invalid_title": "Lien expiré ou invalide",
    "invalid_what": "Ce lien ne peut plus servir. Rien n'a été modifié.",
    "invalid_again": (
        "Si vous avez reçu plusieurs invitations, ouvrez la plus récente. "
        "Sinon, demandez-en une nouvelle à votre employeur ou à votre conseiller."
    ),
    "invalid_used": "Vous avez déjà créé votre accès ?",
}
