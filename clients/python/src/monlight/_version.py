"""The version, for the package and for the header that tells the server who sends."""

__version__ = "1.0.0"
