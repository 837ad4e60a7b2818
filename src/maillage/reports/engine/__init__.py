"""Writers of printed documents: frozen data in, bytes out. No Django, no database."""
