"""Every read of the city's database."""
