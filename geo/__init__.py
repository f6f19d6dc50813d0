"""The city: its records, rules and database. It knows no web and no command line."""
