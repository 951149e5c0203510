"""Pages of the web page: each a component of a language and a scenario."""
