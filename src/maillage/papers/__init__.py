"""Engines of every printed thing: Typst, Word, French wording, iCalendar. No word of a trade."""
