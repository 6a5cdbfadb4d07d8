"""What people do about files: receive, release, list, merge, issue."""
