"""The report of a result: one page in both languages; from it a PDF, and the tables as a workbook or CSV files."""
