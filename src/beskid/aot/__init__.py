"""The AOT builder: links one object with the runtime into executables and libraries."""
