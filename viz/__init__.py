"""The web page: controls from the declarations, charts from the results."""
