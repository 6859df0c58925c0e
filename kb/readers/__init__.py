"""One module for each format that is more than text: bytes in, `Document` out. Loaded when a file asks for it."""
