"""`import beskid.importer` lets Python import Beskid files: `import kernels` loads a `kernels.bd`."""

from beskid.embed.importer import install

install()
