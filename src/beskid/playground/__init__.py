"""The compiler of a web page: checks, completes, formats and interprets one text without the operating system."""
