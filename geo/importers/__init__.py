"""Files to records: read, normalised, told of."""
