"""JSON in, JSON out: a route reads the request, calls one service or report, and shows what came of it. No rule lives here."""
