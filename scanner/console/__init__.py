"""The officers' web pages. Every page calls what the commands call; no rule about data or duties stands here.

What is kept here are accounts and sessions, in a database of their own. Which role may see and do what is one table (``roles``).
"""
