"""Conversions between files of rows: CSV, JSON, YAML, XML, Excel, Avro, Parquet, and Ion, which tasks exchange."""
