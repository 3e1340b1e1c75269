"""The grammar of the YAML: which keys and values there are, and the JSON schema made from them."""
