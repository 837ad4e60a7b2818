"""The real schemes, projects and governance facts that come with the application, as files.

Knows nothing by itself: `schemes.engine.referential` reads the editions found here.
"""
