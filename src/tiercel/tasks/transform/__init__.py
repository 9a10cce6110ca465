"""Rows made of other rows: with jq, row by row, and with SQL in Polars."""
