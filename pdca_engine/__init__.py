"""pdca_engine: continual improvement for ISO/IEC 20000, as paper (YAML), memory (database) and decision (a pure function)."""

__version__ = "0.1.0"
