"""The made-up demo city: its generator, and putting it into a database."""
