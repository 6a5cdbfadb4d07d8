"""Everything that is known about paths, and nothing else: names, the one name of a place, what an entry of a folder is.

``names`` cuts and joins the bytes of a path, ``shares`` and ``comparing`` bring every spelling to one, ``entries`` tells files
from links, placeholders and devices, ``system`` asks the system (identity, true case, long names), ``streams`` names what lies
behind a file on NTFS. A path tells by its beginning which system it belongs to, so that the inventory of a Windows machine is
judged on a Linux hub as it is at home.
"""
