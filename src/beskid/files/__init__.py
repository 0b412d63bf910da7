"""The only access to the file system: every file that the compiler reads, writes, lists or removes goes through here.

The rules are the same for every command. Only regular files are read, up to a limit, and nothing ever waits for a
FIFO. Files are replaced as a whole or not at all. Below the compiler's own folders no symbolic link is followed. A
folder is walked in one way only. A file that the compiler did not make is not overwritten unless the user says so.

Nothing of the compiler is imported here, and of the standard library only what a warm start has loaded anyway.
"""
