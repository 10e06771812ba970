"""The whole system on one machine: engine, tables, stream pump, ticker and web server."""
