"""The cartography: what is asked for, read tightly, written as one table.

`Selection` is the question, as the address carries it; `stored_cells` brings integers and letters;
`rendering` writes the table. Nothing here decides who may see what.
"""
