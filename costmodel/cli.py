"""The command line: words in, library calls, words out. Nothing else imports click."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from costmodel import __version__

if TYPE_CHECKING:
    from costmodel.analysis.ledger import Ledger
    from costmodel.analysis.results import Results

_SCENARIO = click.option("--scenario", "-s", default="base", show_default=True, help="The scenario.")
_ROOT = click.option(
    "--assumptions",
    type=click.Path(path_type=Path),
    help="The folder of proposals; ./assumptions, or what ships with costmodel, where it is not given.",
)

_AS_OF = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day that review dates are held against; today."
)


def _user_facing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the library's mistakes into messages and exit code 2."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        from costmodel.errors import BadInput, NotPutBack

        try:
            return command(*args, **kwargs)
        except BadInput as bad:
            for mistake in bad.mistakes:
                click.echo(str(mistake), err=True)
            count = len(bad.mistakes)
            ending = "" if any(isinstance(m, NotPutBack) for m in bad.mistakes) else " Nothing was written."
            click.echo(f"\n{count} {'mistake' if count == 1 else 'mistakes'}.{ending}", err=True)
            sys.exit(2)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="costmodel")
def main() -> None:
    """Cost a public-spending proposal from text files of assumptions.

    A PROPOSAL is the name of a folder under assumptions, or a path to one.
    """


@main.command()
@click.argument("proposals", metavar="[PROPOSAL]...", nargs=-1)
@click.option("--scenario", "-s", "scenarios", multiple=True, help="Only this scenario; may be given more than once.")
@click.option(
    "--outputs", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True, help="Where to write."
)
@_ROOT
@_AS_OF
@_user_facing
def run(
    proposals: tuple[str, ...],
    scenarios: tuple[str, ...],
    outputs: Path,
    assumptions: Path | None,
    as_of: datetime | None,
) -> None:
    """Write the workbook, brief and tables of every proposal and scenario.

    Exit code 1 where a check does not hold, 2 for bad input; then nothing is written.
    """
    from costmodel.analysis.loading import ledger_for, load_all
    from costmodel.outputs import publish

    costings = load_all(proposals, assumptions)
    ledger = None if proposals or scenarios else ledger_for(costings, assumptions)
    published = publish.run(costings, outputs, scenarios, ledger, _progress())
    for found in published.written:
        count = len(found.scenarios)
        scenarios_made = f"{count} {'scenario' if count == 1 else 'scenarios'}"
        click.echo(f"{found.proposal}: {scenarios_made}, {found.files} files in {found.folder}")
        if found.failing:
            rules = f"{'rule' if len(found.failing) == 1 else 'rules'} {', '.join(found.failing)}"
            click.echo(f"Note: its workbooks fail {rules} of the audit: audit.md beside each says why.")
    if ledger:
        click.echo(f"Reconciliation and evidence: {outputs / 'reconciliation.md'}, {outputs / 'evidence.md'}")
    for kept in published.kept:
        click.echo(f"Note: {kept}", err=True)
    _end_with_checks(
        [costed.run(name) for costed in costings for name in (scenarios or costed.scenarios)], ledger, as_of
    )


@main.command()
@click.argument("proposals", metavar="[PROPOSAL]...", nargs=-1)
@_ROOT
@_AS_OF
@_user_facing
def check(proposals: tuple[str, ...], assumptions: Path | None, as_of: datetime | None) -> None:
    """Validate everything without writing: files, formulas, every scenario, every check."""
    from costmodel.analysis.loading import ledger_for, load_all
    from costmodel.analysis.not_counted import after_horizon_in_each

    costings = load_all(proposals, assumptions)
    ledger = None if proposals else ledger_for(costings, assumptions)
    for costed in costings:
        lines = len([line for line in costed.costing.model.lines.values() if not line.step_of])
        click.echo(f"{costed.costing.name}: {len(costed.scenarios)} scenarios, {lines} lines; the files are in order")
        for said in after_horizon_in_each(costed):
            click.echo(f"Note: {costed.costing.name}: {said}")
    _end_with_checks([costed.run(name) for costed in costings for name in costed.scenarios], ledger, as_of)


@main.command()
@click.argument("proposal")
@_SCENARIO
@click.option("--table", "-t", help="The table; the proposal's first where it is not given.")
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json", "markdown"]), default="text", show_default=True
)
@click.option("--grades", is_flag=True, help="Every line with its grade, and the assumption that sets it.")
@click.option("--all-years", is_flag=True, help="With --format json: every year to the end of the horizon.")
@_ROOT
@_user_facing
def show(proposal: str, scenario: str, assumptions: Path | None, form: str, **asked: Any) -> None:
    """Print a table of a proposal: rounded as in a submission; or, as JSON, every line unrounded."""
    from costmodel.analysis.loading import load_proposal
    from costmodel.analysis.not_counted import after_horizon
    from costmodel.pages.shown import shown_as

    if asked["all_years"] and (form != "json" or asked["grades"]):
        raise click.UsageError("--all-years goes with --format json: tables show the years of the ask.")
    results = load_proposal(proposal, assumptions).run(scenario)
    if asked["grades"]:
        from costmodel.pages import grades_page as shown_grades

        click.echo({"csv": shown_grades.as_csv, "json": shown_grades.as_json}.get(form, shown_grades.as_text)(results))
        return
    click.echo(shown_as(results, asked["table"], form, all_years=asked["all_years"]))
    if form == "text":
        for caution in results.costing.cautions_of(scenario):
            click.echo(f"Note: {caution.path}: {caution.says}. {caution.hint}")
        if said := after_horizon(results):
            click.echo(f"Note: {said}")


@main.command()
@click.argument("proposal")
@click.argument("figure")
@_SCENARIO
@click.option(
    "--depth", type=click.IntRange(0, 200), default=200, help="How many steps down; all where it is not given."
)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@_ROOT
@_user_facing
def explain(proposal: str, figure: str, scenario: str, depth: int, form: str, assumptions: Path | None) -> None:
    """Where a FIGURE comes from, or what an assumption reaches.

    A FIGURE is written total@2024/25. An assumption is written by its name alone, such as on_cost_rate.
    """
    from costmodel.analysis import explanation
    from costmodel.analysis.loading import load_proposal
    from costmodel.pages import explanations

    results = load_proposal(proposal, assumptions).run(scenario)
    line, _, year = explanation.read_cell(results, figure)
    if line.is_input and year is None:
        found = explanation.reached_by(results, figure)
        shown = {"json": explanations.reached_as_json, "markdown": explanations.reached_as_markdown}
        click.echo(shown.get(form, explanations.reached_as_text)(line.name, found))
        return
    part = explanation.explain(results, figure, depth)
    trees = {"json": explanations.tree_as_json, "markdown": explanations.tree_as_markdown}
    click.echo(trees.get(form, explanations.tree_as_text)(part))


@main.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--source", help="Only claims of this source.")
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "markdown", "json"]), default="text", show_default=True
)
@click.option(
    "--outputs", type=click.Path(path_type=Path), default=Path("outputs"), show_default=True, help="Where to write."
)
@_ROOT
@_user_facing
def reconcile(ids: tuple[str, ...], source: str | None, form: str, outputs: Path, assumptions: Path | None) -> None:
    """Hold every printed figure against the model, and write reconciliation.md, its CSV, and evidence.md.

    IDs of claims (C013), findings (I06) or cells (submission.total@2023/24) narrow what is printed. Nothing is written
    then. Exit code 1 where a claim that should hold does not.
    """
    from costmodel.analysis.loading import load_with_ledger
    from costmodel.outputs import publish
    from costmodel.pages import reconciliation_page as reconciliation

    costings, whole = load_with_ledger(assumptions)
    ledger = whole.only(source=source or "", ids=ids)
    form_of = {"csv": reconciliation.as_csv, "json": reconciliation.as_json, "markdown": reconciliation.as_markdown}
    click.echo(form_of.get(form, reconciliation.as_text)(ledger).rstrip("\n"))
    if not (ids or source):
        for kept in publish.write_ledger(costings, whole, outputs):
            click.echo(f"Note: {kept}", err=True)
        click.echo(f"Written to {outputs}: reconciliation.md, reconciliation.csv and evidence.md.", err=True)
    for verdict in ledger.unexpected:
        click.echo(f"Does not hold: {verdict.id}: {verdict.says}. {verdict.reason}", err=True)
    if ledger.unexpected:
        sys.exit(1)


@main.command()
@click.argument("proposal")
@click.argument("unknowns", nargs=-1, metavar="[UNKNOWN]...")
@click.option("--table", "-t", help="The printed table; the proposal's first where it is not given.")
@click.option("--row", "-r", "rows", multiple=True, help="Only this row of it; may be given more than once.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@_ROOT
@_user_facing
def solve(
    proposal: str,
    unknowns: tuple[str, ...],
    table: str | None,
    rows: tuple[str, ...],
    form: str,
    assumptions: Path | None,
) -> None:
    """Work back from a printed table: which values of UNKNOWNs give every printed cell.

    An UNKNOWN is an assumption or a line that enters the table linearly. Exit code 1 where no values do.
    """
    from costmodel.analysis import solving
    from costmodel.analysis.loading import load_proposal
    from costmodel.pages import solutions

    found = solving.solve(load_proposal(proposal, assumptions).run("base"), table, unknowns, rows)
    click.echo({"json": solutions.as_json, "markdown": solutions.as_markdown}.get(form, solutions.as_text)(found))
    if found.out:
        sys.exit(1)


@main.command()
@click.argument("proposal")
@_SCENARIO
@click.option(
    "--result", default="net_present_social_value", show_default=True, help="The result, with its year if it has one."
)
@click.option("--target", default="0", show_default=True, help="What the result should be: £900 million, say.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@_ROOT
@_user_facing
def sensitivity(proposal: str, scenario: str, result: str, target: str, form: str, assumptions: Path | None) -> None:
    """The value of each assumption, others held, at which a result meets a target.

    For net present social value and a target of 0, these are the switching values of the Green Book.
    """
    from costmodel.analysis.loading import load_proposal
    from costmodel.analysis.switching import switching_values
    from costmodel.numbers import read_number
    from costmodel.pages import switches

    try:
        aim = read_number(target).value
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--target") from None
    found = switching_values(load_proposal(proposal, assumptions).run(scenario), result, aim)
    click.echo({"json": switches.as_json, "markdown": switches.as_markdown}.get(form, switches.as_text)(found))


@main.command()
@click.argument("what", nargs=-1, required=True, metavar="PROPOSAL | OLD.xlsx NEW.xlsx")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "csv", "json"]), default="text", show_default=True
)
@_ROOT
@_user_facing
def compare(what: tuple[str, ...], form: str, assumptions: Path | None) -> None:
    """Put the scenarios of a PROPOSAL side by side; or say what has changed from one workbook to another.

    Scenarios show their headline results, with the differences from base. Of workbooks, whoever made them, it lists
    the inputs, formulas, results and checks that differ, matched by what rows and columns are called. Exit code 0.
    """
    from costmodel.pages.compared import compared

    click.echo(compared(what, form, assumptions))


@main.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@_AS_OF
@_user_facing
def audit(file: Path, form: str, as_of: datetime | None) -> None:
    """Hold a workbook, whoever made it, against the rules of one that a finance reviewer can audit.

    Each rule holds, fails with the cells, or does not apply, with the reason. Exit code 1 where an essential one fails.
    """
    from costmodel.audit import report

    found = report.audit(file, (as_of or datetime.now()).date())
    click.echo({"json": report.as_json, "markdown": report.as_markdown}.get(form, report.as_text)(found).rstrip("\n"))
    if not found.passes:
        sys.exit(1)


@main.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx")
@click.option("--as", "name", required=True, help="The scenario to write, such as reviewed.")
@click.option("--title", help="Its title.")
@click.option("--reason", help="Why its values are as they are.")
@_ROOT
@_user_facing
def import_(file: Path, name: str, title: str | None, reason: str | None, assumptions: Path | None) -> None:
    """Write a scenario from the inputs that were changed in a workbook.

    The changes are those to the scenario that is selected on the workbook's cover. That scenario's own file is updated
    where its name is given; base and other scenarios never are.
    """
    from costmodel.pages.import_page import as_text
    from costmodel.reviews.importing import import_workbook

    click.echo(as_text(import_workbook(file, name, assumptions, title, reason)))


@main.command()
@_user_facing
def schema() -> None:
    """Print the JSON Schema of a proposal's files, for editors that check as you type."""
    import json

    from costmodel.assumptions.schema import Document, Scenario

    both = {"proposal": Document.model_json_schema(), "scenario": Scenario.model_json_schema()}
    click.echo(json.dumps(both, indent=1, ensure_ascii=False))


def _overdue(results: list[Results], as_of: datetime | None) -> list[tuple[str, bool]]:
    """Reviews that are late on a day, and whether the proposal is final: then they fail.

    The day is the one given, or that of the proposal, or today: the command line alone may look at a clock.
    """
    from costmodel.sections.costing import overdue

    found: dict[str, bool] = {}
    for costing in {id(result.costing): result.costing for result in results}.values():
        day = as_of.date() if as_of else costing.proposal.as_of or datetime.now().date()
        for caution in overdue(costing.assumptions, day):
            found[str(caution)] = costing.proposal.status == "final"
    return list(found.items())


def _progress() -> Callable[[str], None]:
    """Says what is being made, once it has taken more than a second."""
    start = time.monotonic()

    def say(text: str) -> None:
        if time.monotonic() - start > 1:
            click.echo(text, err=True)

    return say


def _end_with_checks(results: list[Results], ledger: Ledger | None, as_of: datetime | None) -> None:
    """Say which checks hold and what to look at; exit code 1 where one does not hold."""
    held = [(found, check) for found in results for check in found.checks]
    failed = [(found, check) for found, check in held if not check.holds]
    said: dict[str, None] = {}
    for found in results:
        said.update(dict.fromkeys(str(caution) for caution in found.costing.cautions_of(found.scenario)))
    late = _overdue(results, as_of)
    said.update(dict.fromkeys(text for text, _ in late))
    said = {text: None for text in said if (text, True) not in late}
    for text in said:
        click.echo(f"Note: {text}", err=True)
    for text in (text for text, final in late if final):
        click.echo(f"Does not hold: {text}", err=True)
    for found, check in failed:
        click.echo(f"Does not hold: {found.costing.name}, {found.scenario}: {check.says}", err=True)
    unexpected = ledger.unexpected if ledger else ()
    for verdict in unexpected:
        click.echo(f"Does not hold: {verdict.id}: {verdict.says}. {verdict.reason}", err=True)
    click.echo(f"Checks: {len(held) - len(failed)} of {len(held)} hold.")
    if failed or unexpected or any(final for _, final in late):
        sys.exit(1)
