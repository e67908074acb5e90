"""/accessibilite: the statement that French law asks for, with its honest level (RGAA 4.1)."""

TEXTS = {
    "title": "Déclaration d'accessibilité",
    "who": (
        "{operator} s'engage à rendre ses services en ligne accessibles, conformément à "
        "l'article 47 de la loi 2005-102 du 11 février 2005. Cette déclaration concerne les "
        "pages de MGEN Connect, à l'adresse {issuer}."
    ),
    "level_title": "État de conformité",
    "level": (
        "MGEN Connect est non conforme avec le référentiel général d'amélioration de "
        "l'accessibilité (RGAA), version 4.1."
    ),
    "level_why": (
        "Aucun audit de conformité n'a encore été fait : c'est ce que la loi demande d'écrire "
        "dans ce cas. Cela ne veut pas dire que ces pages sont inutilisables."
    ),
    "tests_title": "Ce qui a été vérifié",
    "tests": "Sans audit, nous ne pouvons pas donner de taux de conformité. Voici nos contrôles :",
    "tests_axe": (
        "contrôle automatique de chaque page par l'outil axe, règles WCAG 2.2 de niveaux A et "
        "AA : aucune erreur relevée ;"
    ),
    "tests_width": (
        "affichage sur un écran large et sur un écran étroit (320 pixels), en clair et en sombre ;"
    ),
    "tests_keyboard": "connexion entière au clavier, avec un repère toujours visible ;",
    "tests_script": "fonctionnement de toutes les pages sans JavaScript.",
    "tests_limits": (
        "Un outil automatique ne voit qu'une partie des défauts. Aucun essai n'a été fait avec "
        "un lecteur d'écran, ni par des personnes handicapées."
    ),
    "gaps_title": "Contenus non accessibles",
    "gaps": (
        "Nous ne connaissons pas de contenu inaccessible, mais seul un audit permettrait de "
        "l'affirmer. Aucune dérogation n'est invoquée. Aucun schéma pluriannuel n'est encore "
        "publié pour ce service."
    ),
    "made_title": "Établissement de cette déclaration",
    "made": (
        "Elle a été établie le 21 novembre 2026. Les pages sont faites de HTML et de CSS, avec "
        "un peu de JavaScript facultatif. Elles sont vérifiées avec Chromium et axe."
    ),
    "contact_title": "Signaler une difficulté",
    "contact": (
        "Si vous ne parvenez pas à utiliser une page, écrivez-nous : nous vous indiquerons un "
        "autre moyen, ou nous vous enverrons le contenu sous une autre forme."
    ),
    "appeal_title": "Voies de recours",
    "appeal": (
        "Si vous nous avez signalé un défaut qui vous empêche d'utiliser ce service, et que vous "
        "n'avez pas reçu de réponse satisfaisante, vous pouvez vous adresser au Défenseur des "
        "droits :"
    ),
    "appeal_form": "écrire un message au Défenseur des droits",
    "appeal_delegate": "rencontrer son délégué dans votre région",
    "appeal_post": (
        "par courrier gratuit, sans timbre : Défenseur des droits, Libre réponse 71120, "
        "75342 Paris CEDEX 07."
    ),
}
