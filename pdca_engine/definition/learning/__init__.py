"""What a word or a problem means, with examples."""
