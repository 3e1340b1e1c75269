"""What a workflow says and what is known of an item: plain frozen data, with the words and the problems everything above speaks of."""
