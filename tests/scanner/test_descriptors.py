"""Rights of Windows, judged from the text of security descriptors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.duties.rights import grants
from scanner.sources.access import described
from scanner.sources.descriptors import Entry, Grant, effective, parsed
from scanner.sources.principals import named

USER, GROUP = "S-1-5-21-1-2-3-1105", "S-1-5-21-1-2-3-513"
FULL = 0x1F01FF


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O:BAG:DUD:PAI(A;;FA;;;BA)", [("S-1-5-32-544", "rw")]),
        ("O:BAD:(A;;0x1200a9;;;BU)(A;;FR;;;WD)", [("S-1-5-32-545", "r"), ("S-1-1-0", "r")]),
        ("D:(D;;FA;;;WD)(A;;FA;;;BU)", []),  # denied to everybody before anything is allowed
        ("D:(A;;FA;;;BU)(D;;FA;;;WD)", [("S-1-5-32-545", "rw")]),  # out of order: the system takes them as they stand
        ("D:(D;;FA;;;AU)(A;;FR;;;BU)(A;;FR;;;WD)", [("S-1-1-0", "r")]),
        (
            f"D:(D;;FW;;;{USER})(A;;FA;;;{USER})",
            [(USER, "rw")],
        ),  # write data is denied, the right to give it oneself not
        (f"D:(D;;FW;;;{USER})(A;;0x1301bf;;;{USER})", [(USER, "r")]),
        (f"D:(A;OICIIO;FA;;;{USER})", []),  # for what is below only
        (f"D:(A;;FX;;;{USER})", []),
        (f"O:{USER}D:(A;;FR;;;OW)", [(USER, "r")]),
        ("D:NO_ACCESS_CONTROL", [("S-1-1-0", "rw")]),
        ("O:BA", [("S-1-1-0", "rw")]),
        ("D:", []),
        ("D:P", []),
        ('D:(XA;;FR;;;BU;(@User.Title == "(D:D)"))(XD;;FA;;;WD;(Member_of {SID(BA)}))', [("S-1-5-32-545", "r")]),
        ("O:BAD:(A;;FR;;;BU)S:(ML;;NW;;;LW)", [("S-1-5-32-545", "r")]),
        ("D:(A;;GR;;;DU)", [("S-1-5-21-513", "r")]),
    ],
)
def test_who_may_do_what(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(g.sid, g.right) for g in effective(parsed(text))] == expected


def test_what_stands_at_the_file_itself_is_told_from_what_is_inherited() -> None:
    text = f"O:{USER}D:AI(A;;FR;;;{USER})(A;ID;FA;;;{USER})(A;ID;FR;;;BU)"
    assert effective(parsed(text)) == [Grant(USER, "rw", False), Grant("S-1-5-32-545", "r", True)]
    access = described(text, named)
    assert (access.owner, access.grants) == (USER, f"user:{USER}:rw;group:BUILTIN\\Users:r(I)")
    assert list(grants(access.owner, access.grants)) == [
        (USER, "owner"),
        (USER, "rw"),
        ("group BUILTIN\\Users", "r(I)"),
    ]


@pytest.mark.parametrize(
    "text", ["", "x", "D:(A;;FA;;;BA", "D:(A;;QQ;;;BA)", "D:(A;;FA;;;ZZ)", "O:ZZ", "D:(A;;FA)", 'D:("']
)
def test_what_is_no_descriptor_tells_nothing(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(text)
    assert described(text, named).grants == ""


_ENTRIES = st.lists(
    st.builds(
        Entry, st.booleans(), st.booleans(), st.integers(0, FULL), st.sampled_from([USER, GROUP, "S-1-1-0", "S-1-5-11"])
    ),
    max_size=8,
)


@given(_ENTRIES, st.sampled_from([USER, GROUP]))
def test_nobody_gets_more_than_the_list_allows_nor_what_it_denies_first(entries: list[Entry], sid: str) -> None:
    text = "O:BAD:" + "".join(
        f"({'D' if e.deny else 'A'};{'ID' if e.inherited else ''};{hex(e.mask)};;;{e.sid})" for e in entries
    )
    descriptor = parsed(text)
    assert descriptor.entries == tuple(entries)
    found = {g.sid: g.right for g in effective(descriptor)}
    readable = False
    for entry in entries:  # by hand, for the one bit of reading
        if entry.mask & 1 and entry.sid in (sid, "S-1-1-0", "S-1-5-11"):
            if entry.deny:
                break
            readable = readable or entry.sid == sid
    assert ("r" in found.get(sid, "")) is readable
