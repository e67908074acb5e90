"""Invitations by an employer's file. Part of mail.py.

invitation        link (the page of the invitation), given_name (or None), employer,
                  contract (or None)
invitation_done   asks_question (at the first sign-in); the access is open, nothing to click
invitation_waits  none: to another address than the invited one, before it is proved
invitation_taken  none: to who owns an address that an invited person has typed
"""

VARIABLES: dict[str, frozenset[str]] = {
    "invitation": frozenset({"link", "given_name", "employer", "contract"}),
    "invitation_done": frozenset({"asks_question"}),
    "invitation_waits": frozenset(),
    "invitation_taken": frozenset(),
}

TEXTS: dict[str, str] = {
    "invitation.subject": "Votre invitation à rejoindre la mutuelle",
    "invitation.for": "Cette invitation est pour {name}.",
    "invitation.why": "Votre employeur, {employer}, vous propose d'adhérer à la mutuelle.",
    "invitation.contract": "Contrat proposé : {contract}.",
    "invitation.what": "Pour créer votre accès, ouvrez cette page :",
    "invitation.button": "Créer mon accès",
    "invitation.life": "Ce lien est valable 30 jours. Il ne sert qu'une fois.",
    "invitation.secret": "Il n'est que pour vous : ne le donnez à personne.",
    "invitation.not_you": (
        "Vous n'êtes pas la personne invitée ? Vous n'avez rien à faire : supprimez ce message."
    ),
    "invitation_done.subject": "Votre accès est créé",
    "invitation_done.why": (
        "Votre accès MGEN Connect est créé. Pour vous connecter, saisissez cette adresse e-mail "
        "et le mot de passe que vous avez choisi."
    ),
    "invitation_done.question": (
        "À votre première connexion, vous choisirez aussi une question secrète."
    ),
    "invitation_done.nothing": "Ce message vous le confirme : vous n'avez rien à faire d'autre.",
    "invitation_done.not_you": (
        "Ce n'est pas vous ? Quelqu'un a utilisé votre invitation : "
        "prévenez sans attendre votre conseiller."
    ),
    "invitation_waits.subject": "Terminez la création de votre accès",
    "invitation_waits.why": (
        "Une personne invitée par son employeur a choisi cette adresse e-mail pour son accès "
        "MGEN Connect."
    ),
    "invitation_waits.what": (
        "C'est vous ? Connectez-vous avec cette adresse et le mot de passe que vous avez choisi. "
        "Un code envoyé ici terminera la création."
    ),
    "invitation_waits.not_you": (
        "Ce n'est pas vous ? Vous n'avez rien à faire : sans ce code, rien n'est créé, et la "
        "demande sera effacée au bout de 15 jours."
    ),
    "invitation_taken.subject": "Vous avez déjà un compte MGEN Connect",
    "invitation_taken.why": (
        "Une personne invitée par son employeur a choisi cette adresse e-mail pour son accès. "
        "Or vous avez déjà un compte MGEN Connect à cette adresse."
    ),
    "invitation_taken.same": "Rien n'a changé : votre compte et votre mot de passe sont les mêmes.",
    "invitation_taken.what": (
        "C'est vous ? Ouvrez de nouveau votre invitation et choisissez une autre adresse e-mail, "
        "ou parlez-en à votre conseiller. L'invitation est toujours valable."
    ),
    "invitation_taken.not_you": "Ce n'est pas vous ? Vous n'avez rien à faire.",
}
