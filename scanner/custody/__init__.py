"""Which copies of entrusted data exist, and who agreed to them (第6, 第7, 第8)."""
