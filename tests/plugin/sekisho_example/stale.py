"""A finding code: personal data in a folder that calls itself temporary."""

from collections.abc import Iterable, Iterator

from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact

CODE = "X01-TEMPORARY"
CODES = {
    CODE: {
        "article": 3,
        "urgency": "soon",
        "ja": "一時保存",
        "en": "temporary",
        "means": (
            "一時保存用のフォルダーに個人情報があります。",
            "Personal data lies in a folder for temporary files.",
        ),
        "todo": ("承諾された場所へ移してください。", "Move it to an agreed place."),
    }
}


def duties(view: View) -> Iterable[Duty]:
    """One duty, made anew for every settlement."""
    return (Temporary(),)


class Temporary:
    """A fact for every such file."""

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Opened as long as the file lies there; the next scan closes it by itself."""
        if b"/tmp-" in file.path:
            yield Fact(CODE, file.id, "", file.contract, "", {})

    def finish(self) -> Iterator[Fact]:
        """Nothing beyond files."""
        yield from ()
