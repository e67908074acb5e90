"""The offers: a dozen, plainly fictional. Prices in cents of a euro."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer, with its price for everybody and its price for members."""

    title: str
    kind: str
    text: str
    public: int
    member: int


OFFERS = (
    Offer("Piscine des Trois Canards", "Sport", "Dix entrées, canards compris.", 4500, 3150),
    Offer("Gymnase du Pas Léger", "Sport", "Un mois de gymnastique douce.", 3900, 2900),
    Offer("Vélos Roue-Libre", "Sport", "Une journée de vélo électrique.", 3200, 2400),
    Offer("Cinéma Le Chat Assis", "Culture", "Une place, tous les jours.", 950, 620),
    Offer("Théâtre de la Virgule", "Culture", "Une place, au parterre.", 2800, 1900),
    Offer("Musée des Petites Choses", "Culture", "Une entrée, visite guidée.", 1200, 700),
    Offer("Librairie du Point Final", "Culture", "Un bon de vingt euros.", 2000, 1800),
    Offer("Gîte de la Dune Bleue", "Vacances", "Deux nuits pour deux personnes.", 18600, 14900),
    Offer("Camping du Grand Soupir", "Vacances", "Une semaine, un emplacement.", 21000, 16800),
    Offer("Petit Train du Nuage", "Vacances", "Aller et retour, vue sur rien.", 1490, 1050),
    Offer("Lunettes Clair et Net", "Bien-être", "Une monture au choix.", 8900, 6230),
    Offer("Atelier Sommeil de Plume", "Bien-être", "Trois séances en groupe.", 6000, 4100),
)


def price(cents: int) -> str:
    """The amount as it is read in French: 12459 is "124,59 €", the last space unbreakable."""
    return f"{cents // 100},{cents % 100:02d}\u00a0€"
