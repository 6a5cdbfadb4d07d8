"""A form: how many files of each kind lie in the places of a contract."""

from scanner.report.forms.interface import Context, Form
from scanner.report.forms.spec import FormSpec
from scanner.report.paper.kinds import Checklist


def build(context: Context) -> Form:
    """One row a kind of file."""
    where, values = context.only("f.contract")
    rows = context.reader.rows(
        "select c.media_type as kind, count(*) as n from files f join contents c on c.id = f.content_id"
        f" where f.gone is null and {where} group by 1 order by 1",
        values,
    )
    found: list[tuple[object, ...]] = [(row["kind"], row["n"]) for row in rows]
    return Form(FORM.number, "媒体種別集計表", ("種別", "件数"), found, ["所在は判定していません。"])


FORM = FormSpec("X1", "媒体種別集計表", "files by kind", build, alias="kinds", articles=(3,), paper=Checklist())
