"""The one-off scan on one machine, and the adapters that everybody who scans uses."""
