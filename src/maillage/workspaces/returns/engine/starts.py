"""The return this network is known to owe and whose content nobody gave us: named, and empty.

Source: the scheme 2017-2021 names « norme 4.9 » among the tools chambers harmonised, and no more.
Nothing is put in its place.
"""

from __future__ import annotations

from maillage.workspaces.returns.engine.files import Described

NORME_4_9 = Described(
    "norme-4-9",
    "Norme 4.9",
    "",
    "Le contenu de cette norme n’est pas connu de Maillage\u00a0: la définition est livrée vide, "
    "rien n’y est supposé.\n\nPour la remplir\u00a0: écrire ses lignes et ses colonnes d’après le "
    "texte que le réseau détient, ou reprendre le fichier de définition d’une chambre qui l’a "
    "fait\u00a0; déposer le classeur du destinataire, cellules nommées\u00a0; publier, puis "
    "remplir pour un exercice.",
)
STARTS = {NORME_4_9.code: NORME_4_9}
