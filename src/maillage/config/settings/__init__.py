"""Settings: `base` for all, then `dev`, `test` or `prod`, chosen by DJANGO_SETTINGS_MODULE."""
