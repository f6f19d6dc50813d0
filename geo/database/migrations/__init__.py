"""Migrations of the city's database."""
