"""Signing in and out, and one's own account."""

from allauth.account import views as account
from django.urls import include, path, re_path

from maillage.people import views

own = [
    path("compte/", views.account, name="account"),
    path("compte/export.json", views.export, name="export"),
]

# allauth finds its own pages by these names.
urlpatterns = [
    path("connexion/", account.login, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("connexion/verification/", account.reauthenticate, name="account_reauthenticate"),
    path("compte/mot-de-passe/", account.password_change, name="account_change_password"),
    path(
        "compte/mot-de-passe/definir/",
        account.PasswordSetView.as_view(template_name="account/password_change.html"),
        name="account_set_password",
    ),
    path("mot-de-passe-oublie/", account.password_reset, name="account_reset_password"),
    path(
        "mot-de-passe-oublie/envoye/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    # allauth writes the link as UID-KEY: the dash is part of its contract.
    re_path(
        r"^mot-de-passe-oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe-oublie/fait/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("inscription/", account.signup, name="account_signup"),
    path("compte/inactif/", account.account_inactive, name="account_inactive"),
    path("", include((own, "people"))),
]
