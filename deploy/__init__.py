"""How the city is run: embedded servers for one machine, images and compose for more, and the `senandung` command."""
