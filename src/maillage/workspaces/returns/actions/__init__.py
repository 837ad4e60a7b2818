"""The verbs of returns: definitions, templates of receivers, restitutions."""
