"""Addresses in Latin letters, from the house to the prefecture as on parcels to and from abroad (Japan Post's order)."""

from __future__ import annotations

from detectors.identifiers.pattern import PatternSpec

_PREFECTURES = (
    "Hokkaido Aomori Iwate Miyagi Akita Yamagata Fukushima Ibaraki Tochigi Gunma Saitama Chiba Tokyo Kanagawa Niigata Toyama "
    "Ishikawa Fukui Yamanashi Nagano Gifu Shizuoka Aichi Mie Shiga Kyoto Osaka Hyogo Nara Wakayama Tottori Shimane Okayama "
    "Hiroshima Yamaguchi Tokushima Kagawa Ehime Kochi Fukuoka Saga Nagasaki Kumamoto Oita Miyazaki Kagoshima Okinawa"
).split()
_WORD = r"[A-Z][A-Za-z'-]*"
_ROOM = rf"(?:{_WORD} ){{0,3}}(?:#|Room |Rm\.? ?|Apt\.? ?|No\. ?)?[0-9]{{1,4}}[A-Z]?,? "
_HOUSE = r"[0-9]{1,4}(?:-[0-9]{1,4}){1,3}"
_REST = (
    rf"(?:,? {_WORD}-(?:shi|gun|cho))?(?:,? (?:{'|'.join(_PREFECTURES)})(?:-(?:ken|fu|to))?)?(?:,? [Jj](?:apan|APAN))?"
)

SPECS = (
    PatternSpec(
        family="ADDRESS_ROMAN",
        entity="JP_ADDRESS",
        pattern=rf"(?<![0-9A-Za-z-])(?:{_ROOM})?{_HOUSE},? (?:{_WORD},? ){{0,4}}[A-Z][A-Za-z]+-(?:ku|shi|gun)(?![a-z]){_REST}",
        hint=r"-(?:ku|shi|gun)(?![a-z])",
        reach=90,
        alone=0.85,
    ),
)

EXAMPLES = (
    ("3-14-5 Kamiuma, Setagaya-ku, Tokyo 154-0011", ("JP_ADDRESS", "JP_POSTAL_CODE")),
    ("Sunny Heights 203, 2-5-1 Nakanoshima, Kita-ku, Osaka-shi, Osaka, Japan", ("JP_ADDRESS",)),
    ("The ward office of Setagaya-ku, Tokyo", ()),
    ("In 2024 Nakano-ku had 5 parks.", ()),
)
