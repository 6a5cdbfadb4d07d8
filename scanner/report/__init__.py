"""What people and other programs read: writers of one scan, and reports from the inventory."""
