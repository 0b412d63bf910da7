"""The language server: messages of the protocol to questions of `beskid.ide`, in an order that keeps an editor quick.

The only package that knows pygls and lsprotocol, which the extra `beskid[lsp]` installs.
"""
