"""Rules in `when`: parsed, typed, checked for sense, compiled and asked."""
