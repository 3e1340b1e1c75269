"""Decisions not written down: simulation, told stories, paths that cover every transition."""
