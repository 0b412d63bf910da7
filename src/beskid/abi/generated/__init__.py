"""Tables generated from `runtime/abi.toml`."""
