-- Starts and ends.
print("ready")
