"""Records out of the database, into files that people use."""
