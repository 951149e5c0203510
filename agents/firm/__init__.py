"""The small and medium enterprise: its columns and its decisions."""
