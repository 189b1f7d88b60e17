"""What people see of results: the HTML page, and tables on a terminal."""
