"""The only writers of the finance room: verbs of the trade, permitted, journaled, whole."""
