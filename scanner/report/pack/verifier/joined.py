"""The two verifiers as single files: ``verify_record.py`` from the modules of this room, ``verify.html`` from its page and scripts.

They go to people who have nothing of ours, so each is one file that asks for nothing else; the sentences are those of the
catalogue in both languages. The same version of the program always gives the same bytes.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import json
from pathlib import Path

from scanner import messages

HERE = Path(__file__).parent
MODULES = ("curve", "notes", "proofs", "container", "checking", "telling")
SCRIPTS = ("hashes.js", "curve.js", "notes.js", "container.js", "checking.js", "page.js")
_HEAD = '''"""資料一式の検証プログラム / Verifies a pack. Needs Python 3.8 or later and nothing else; reads only, uses no network.

    python verify_record.py PACK.zip [--key KEY] [--checkpoint FILE]
"""

from __future__ import annotations

'''
_TAIL = '\n\nif __name__ == "__main__":\n    sys.exit(main())\n'


def program() -> bytes:
    """``verify_record.py``."""
    imports: set[str] = set()
    defined: list[str] = []
    bodies = []
    for name in MODULES:
        source = (HERE / f"{name}.py").read_text(encoding="utf-8")
        lines = source.split("\n")
        gone: set[int] = set()
        for node in ast.parse(source).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                gone.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
                if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("__future__", "scanner"))):
                    imports.add(ast.unparse(node))
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                defined.append(node.name)
        body = "\n".join(line for number, line in enumerate(lines, 1) if number not in gone)
        bodies.append(body.partition('"""')[2].partition('"""')[2].strip("\n"))
    if len(defined) != len(set(defined)):
        raise ValueError("two modules define the same name")
    text = _HEAD + "\n".join(sorted(imports)) + "\n\n\n" + "\n\n\n".join(bodies) + _TAIL
    return _filled(text, "SENTENCES: dict[str, list[str]] = {}", f"SENTENCES = {_table()}").encode("utf-8")


def page() -> bytes:
    """``verify.html``: its policy lets the one script run whose digest it names, and nothing be fetched."""
    script = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    script = _filled(script, "const SENTENCES = {};", f"const SENTENCES = {_table()};")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()
    text = (HERE / "page.html").read_text(encoding="utf-8")
    return _filled(_filled(text, "%SCRIPT-DIGEST%", digest), "%SCRIPT%", script).encode("utf-8")


def sentences() -> dict[str, list[str]]:
    """Code → Japanese and English."""
    return messages.both("verifier")


def _table() -> str:
    return json.dumps(sentences(), ensure_ascii=False, indent=1).replace("</", "<\\/")


def _filled(text: str, mark: str, value: str) -> str:
    if text.count(mark) != 1:
        raise ValueError(f"{mark} must stand there once")
    return text.replace(mark, value)
