"""The database: its server, its set-up, who acts in it."""
