"""Weekly collection, inward: filled sheets read, matched to projects and judged."""
