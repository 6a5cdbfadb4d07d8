"""取扱記録の検証プログラム (needs Python 3.11 and nothing else).

    python verify_record.py record.jsonl [番号:ハッシュ]

Every line of record.jsonl is one entry. The details of an entry are masked; their digest stands in the chain. The text that
was handed over earlier (``sekisho ledger anchor``) may be given as the second argument.
"""

import hashlib
import json
import sys


def root(tree: list[tuple[int, bytes]]) -> str:
    """The root over all subtrees (RFC 6962), in hexadecimal digits."""
    right = tree[-1][1]
    for _, left in reversed(tree[:-1]):
        right = hashlib.sha256(b"\1" + left + right).digest()
    return right.hex()


def main() -> int:
    """Exit code 0 where the chain holds, 1 where it does not."""
    previous, expected, broken = b"\0" * 32, 1, 0
    anchor = sys.argv[2].split()[-1].split(":") if len(sys.argv) > 2 else None
    met = anchor is None
    tree: list[tuple[int, bytes]] = []  # roots of whole subtrees with their heights, left to right
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            e = json.loads(line)
            parts = [e["seq"], e["at"], e["kind"], e["contract"], e["family"], e["host"], e["account"], e["details"]]
            text = "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
            if e["seq"] != expected:
                broken += 1
                print(f"{expected}: 記録がありません / missing")
            if e["leaf"]:
                data = json.dumps(["sekisho-record/1", *parts], ensure_ascii=False, separators=(",", ":"))
                leaf = hashlib.sha256(b"\0" + data.encode()).digest()
                if leaf.hex() != e["hash"]:
                    broken += 1
                    print(f"{e['seq']}: ハッシュが合いません / does not match")
                node = (0, leaf)
                while tree and tree[-1][0] == node[0]:
                    node = (node[0] + 1, hashlib.sha256(b"\1" + tree.pop()[1] + node[1]).digest())
                tree.append(node)
            elif e["chained"] and hashlib.sha256(previous + text).hexdigest() != e["hash"]:
                broken += 1
                print(f"{e['seq']}: ハッシュが合いません / does not match")
            if anchor and str(e["seq"]) == anchor[0]:
                met = True
                if not (root(tree) if e["leaf"] else e["hash"]).startswith(anchor[1]):
                    broken += 1
                    print(f"{e['seq']}: 渡した文字列と合いません / differs from the anchor")
            previous, expected = bytes.fromhex(e["hash"]), e["seq"] + 1
    if not met:
        broken += 1
        print("渡した文字列の記録がありません / the anchored entry is missing")
    print(f"{expected - 1} 件: {'切れ目なし / whole' if not broken else f'{broken} か所の切れ目 / broken'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
