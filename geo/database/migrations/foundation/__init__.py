"""The tables that the first migration makes, a module for each subject."""
