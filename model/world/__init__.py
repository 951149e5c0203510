"""The places of the trade, the graph between them and the routes over it."""
