"""Running items move to another version: planned, written all or none, taken back."""
