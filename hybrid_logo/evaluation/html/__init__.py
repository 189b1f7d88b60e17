"""What every HTML file of the project is made of: its frame and look, tables, charts."""
