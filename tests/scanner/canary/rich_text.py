"""The canary rtf."""

from __future__ import annotations

from tests.scanner.canary import Markers


def _escaped(text: str) -> str:
    """CP932 escapes, as Japanese Word writes them."""
    return "".join(
        chr(byte) if 0x20 <= byte < 0x7F and chr(byte) not in "\\{}" else f"\\'{byte:02x}"
        for byte in text.encode("cp932")
    )


def _unicode(text: str) -> str:
    return "".join(c if c.isascii() else f"\\u{ord(c) if ord(c) < 0x8000 else ord(c) - 0x10000}?" for c in text)


def rtf() -> tuple[bytes, dict[str, str]]:
    """The document and its markers."""
    m = Markers()

    def e(feature: str) -> str:
        return _escaped(m(feature))

    m("分割語", "標本分割語印")
    body = "".join(
        (
            r"{\rtf1\ansi\ansicpg932\deff0{\fonttbl{\f0\fnil\fcharset128 MS Mincho;}{\f1\fnil\fcharset0 Arial;}}",
            rf"{{\info{{\title {e('題名')}}}{{\author {e('作成者')}}}{{\operator {e('最終更新者')}}}{{\subject {e('件名')}}}{{\company {e('会社')}}}{{\manager {e('管理者')}}}{{\doccomm {e('説明')}}}{{\keywords {e('鍵語')}}}}}",
            rf"{{\*\userprops {{\propname a}}\proptype30{{\staticval {e('独自属性')}}}}}",
            rf"{{\header\pard {e('ヘッダー')}\par}}{{\footer\pard {e('フッター')}\par}}{{\headerf\pard {e('先頭頁ヘッダー')}\par}}",
            rf"\pard\f0 {e('本文')}\par \u-30237?{_unicode(m('ユニコード'))}\par ",
            rf"{_escaped('標本分')}{{\b {_escaped('割語印')}}}\par ",
            rf"\trowd\cellx1000\cellx2000 {e('表の欄')}\cell {e('表の次の欄')}\cell\row ",
            rf"{{\footnote\pard {e('脚注')}\par}}{{\footnote\ftnalt\pard {e('文末脚注')}\par}}",
            rf"{{\*\atnid {e('コメント略号')}}}{{\*\atnauthor {e('コメント者')}}}{{\*\annotation\pard {e('コメント')}\par}}",
            rf"{{\v {e('隠し文字')}}}\par {{\cf8 {e('白い文字')}}}\par {{\deleted {e('削除')}}}\par {{\revised {e('挿入')}}}\par ",
            rf'{{\field{{\*\fldinst HYPERLINK "mailto:hyohon-mail@example.jp"}}{{\fldrslt {e("リンク")}}}}}\par ',
            rf"{{\shp{{\*\shpinst{{\sp{{\sn wzDescription}}{{\sv {e('代替文字')}}}}}{{\shptxt\pard {e('文字枠')}\par}}}}}}",
            rf"{{\*\revtbl{{Unknown;}}{{{e('変更者')};}}}}",
            rf"{{\*\bkmkstart {e('しおり')}}}{{\listtext {e('箇条書き')}\tab}}",
            rf"{{\*\docvar {{a}}{{{e('文書変数')}}}}}{{\*\formfield{{\ffdeftext {e('初期値')}}}{{\*\ffl {e('選択肢')}}}}}",
            rf"{{\pict{{\*\picprop{{\sp{{\sn wzDescription}}{{\sv {e('画像代替文字')}}}}}}}\pngblip 89504e47}}",
            rf"{{\xe {e('索引語')}}}{{\*\generator x;}}",
            "}",
        )
    )
    m("宛先", "hyohon-mail@example.jp")
    return body.encode("ascii"), m.known
