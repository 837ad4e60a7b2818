"""What may be missing in a cell: how it is said of one and of many, what it rests on, what to do.

Words alone; which cells lack what is found in `checks`.
"""

from __future__ import annotations

from collections.abc import Mapping

MODES_PAGE = "Définition des modes"
OPTIONS_PAGE = "Options de l’intégration"
HOUSE_RULE = "Règle de tenue du schéma"

COMPLETIONS: Mapping[str, tuple[str, str, str, str]] = {
    "integration_option_missing": (
        "{count} sans option d’intégration, à compléter",
        "{count} sans option d’intégration, à compléter",
        OPTIONS_PAGE,
        "Dire où va l’activité : région, délégataire, niveau supra-régional, tiers ou national.",
    ),
    "integration_lead_missing": (
        "{count} intégrée dont l’entité qui assure n’est pas dite, à compléter",
        "{count} intégrées dont l’entité qui assure n’est pas dite, à compléter",
        OPTIONS_PAGE,
        "Nommer l’entité qui assure l’activité pour les autres.",
    ),
    "mutualisation_lead_missing": (
        "{count} mutualisée dont l’entité qui assure n’est pas dite, à compléter",
        "{count} mutualisées dont l’entité qui assure n’est pas dite, à compléter",
        MODES_PAGE,
        "Nommer l’entité qui porte les moyens réunis.",
    ),
    "source_missing": (
        "{count} sans source",
        "{count} sans source",
        HOUSE_RULE,
        "Citer le document et la page, ou la décision.",
    ),
    "source_outdated": (
        "{count} dont la source est antérieure au mode",
        "{count} dont la source est antérieure au mode",
        HOUSE_RULE,
        "Remplacer la citation, l’effacer, ou confirmer qu’elle vaut pour le mode présent.",
    ),
    "stated_unquoted": (
        "{count} dite énoncée par la source, sans page ni citation",
        "{count} dites énoncées par la source, sans page ni citation",
        HOUSE_RULE,
        "Donner la page, ou quelques mots de la source\u00a0; sinon, dire que c’est déduit.",
    ),
    "cooperation_purpose_missing": (
        "{count} en coopération dont le but n’est pas dit",
        "{count} en coopération dont le but n’est pas dit",
        MODES_PAGE,
        "Dire à quoi l’on travaille ensemble, et jusqu’à quand.",
    ),
    "harmonisation_frame_missing": (
        "{count} en harmonisation dont le cadre commun n’est pas dit",
        "{count} en harmonisation dont le cadre commun n’est pas dit",
        MODES_PAGE,
        "Nommer le cadre commun, sa version et qui l’a adopté.",
    ),
    "mutualisation_site_missing": (
        "{count} mutualisée dont aucun site n’est dit",
        "{count} mutualisées dont aucun site n’est dit",
        MODES_PAGE,
        "Nommer le ou les sites où les moyens sont réunis.",
    ),
    "override_outside_network": (
        "{count} propre à une entité qui n’est pas une chambre du réseau",
        "{count} propres à une entité qui n’est pas une chambre du réseau",
        HOUSE_RULE,
        "Réserver les valeurs propres à la chambre régionale et aux chambres territoriales.",
    ),
}

DETAIL_ASKED = {
    "C": ("cooperation_purpose_missing", "purpose"),
    "H": ("harmonisation_frame_missing", "frame"),
    "M": ("mutualisation_site_missing", "sites"),
}
"""What the definition of a mode names first: advice, never a refusal."""
