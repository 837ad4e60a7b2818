"""Addresses of documents."""

from django.urls import path

from maillage.reports import views

app_name = "reports"
urlpatterns = [
    path("editions/<int:pk>/livret/", views.booklet, name="booklet"),
    path("reseaux/<slug:network>/documents/assemblee/", views.assembly, name="assembly"),
    path("documents/<uuid:pk>/", views.dossier, name="dossier"),
    path("documents/<uuid:pk>/annuler/", views.cancel, name="dossier_cancel"),
    path("documents/<uuid:pk>/fichier/", views.download, name="dossier_file"),
]
