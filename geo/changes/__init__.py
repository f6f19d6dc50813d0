"""Every write: one function for each thing that can be done to the city's records."""
