"""Addresses of schemes, gathered from the views that answer them."""

from maillage.schemes.views import (
    cartography,
    cell,
    chamber,
    comparison,
    document_list,
    documents,
    edition_acts,
    edition_files,
    edition_forms,
    editions,
    grid,
    observation_import,
    observations,
    pictures,
    placement_import,
    reading,
    source,
    texts,
)

app_name = "schemes"
urlpatterns = [
    *edition_forms.routes,
    *editions.routes,
    *source.routes,
    *texts.routes,
    *document_list.routes,
    *documents.routes,
    *reading.routes,
    *edition_acts.routes,
    *cartography.routes,
    *cell.routes,
    *chamber.routes,
    *comparison.routes,
    *grid.routes,
    *observation_import.routes,
    *observations.routes,
    *placement_import.routes,
    *edition_files.routes,
    *pictures.routes,
]
