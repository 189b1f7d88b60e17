"""Sorts a user's folder of logos into splits and types, relatives together, with a sheet to check them."""
