"""Keys at rest: encrypted under a passphrase, opened for as long as the engine runs, and who may ask meanwhile."""
