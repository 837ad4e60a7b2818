"""Addresses of the portal: home, network, help, search, journal, administration."""

from django.urls import path

from maillage.portal.views import (
    accounts,
    administered_networks,
    administration,
    health,
    home,
    journal,
    measures,
    mine,
    network,
    network_acts,
    network_model,
    noun_import,
    noun_removal,
    noun_tables,
    pages,
)

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("sante/", health.live, name="live"),
    path("sante/pret/", health.ready, name="ready"),
    *measures.routes,
    path("recherche/", pages.search, name="search"),
    path("nouveautes/", pages.news, name="news"),
    path("aide/", pages.help_page, name="help"),
    path("aide/accessibilite/", pages.accessibility, name="accessibility"),
    path("aide/composants/", pages.gallery, name="gallery"),
    path("journal/", journal.journal, name="journal"),
    path("administration/", administration.index, name="administration"),
    path("administration/travaux/<uuid:pk>/relancer/", administration.restart, name="work_restart"),
    path("administration/comptes/nouveau/", accounts.new_account, name="account_new"),
    path("administration/comptes/<int:pk>/", accounts.account, name="account"),
    path("administration/comptes/<int:pk>/mandats/", accounts.grant, name="mandate_grant"),
    path("administration/mandats/<int:pk>/fin/", accounts.end, name="mandate_end"),
    path("administration/comptes/<int:pk>/effacer/", accounts.erase, name="erase"),
    path("administration/nouveau-reseau/", administered_networks.new_network, name="network_new"),
    path(
        "administration/reseaux/<slug:network>/",
        administered_networks.network,
        name="admin_network",
    ),
    *noun_tables.routes,
    *noun_import.routes,
    *noun_removal.routes,
    *network_model.routes,
    *network_acts.routes,
    path(
        "administration/reseaux/<slug:network>/<str:kind>/nouveau/",
        administered_networks.noun,
        name="noun_new",
    ),
    path(
        "administration/reseaux/<slug:network>/<str:kind>/<slug:code>/",
        administered_networks.noun,
        name="noun",
    ),
    path("reseaux/<slug:network>/", network.network, name="network"),
    path("reseaux/<slug:network>/ma-page/", mine.mine, name="mine"),
    path("reseaux/<slug:network>/journal/", journal.network_journal, name="network_journal"),
    path("reseaux/<slug:network>/fonctions/<slug:code>/", network.function, name="function"),
    path("reseaux/<slug:network>/processus/<slug:code>/", network.process, name="process"),
]
