"""Workflows in other formats: SCXML, BPMN, Mermaid and plain YAML, out and in, with a report of what could not be carried."""
