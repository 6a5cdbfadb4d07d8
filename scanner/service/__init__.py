"""The watch as a service of the system: of one user or for all of a machine, on systemd, the service control manager or Task Scheduler."""
