"""Weekly collection, outward: the sheets that go to the units."""
