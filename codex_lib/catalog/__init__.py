"""The catalog: libraries, series, books, pages and covers."""
