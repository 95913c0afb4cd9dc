"""The command line: words in, library calls, words out. Nothing else imports click."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from costmodel import __version__

if TYPE_CHECKING:
    from costmodel.analysis.results import Results

_SCENARIO = click.option("--scenario", "-s", default="base", show_default=True, help="The scenario.")
_ROOT = click.option(
    "--assumptions",
    type=click.Path(path_type=Path),
    help="The folder of proposals; ./assumptions, or what ships with costmodel, where it is not given.",
)


def _user_facing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the library's mistakes into messages and exit code 2."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        from costmodel.errors import BadInput

        try:
            return command(*args, **kwargs)
        except BadInput as bad:
            for mistake in bad.mistakes:
                click.echo(str(mistake), err=True)
            count = len(bad.mistakes)
            click.echo(f"\n{count} {'mistake' if count == 1 else 'mistakes'}. Nothing was written.", err=True)
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
@_user_facing
def run(proposals: tuple[str, ...], scenarios: tuple[str, ...], outputs: Path, assumptions: Path | None) -> None:
    """Write the workbook, brief and tables of every proposal and scenario.

    Exit code 1 where a check does not hold, 2 for bad input; then nothing is written.
    """
    from costmodel.analysis.loading import load_all
    from costmodel.outputs import publish

    costings = load_all(proposals, assumptions)
    written = publish.run(costings, outputs, scenarios, _progress())
    for found in written:
        count = len(found.scenarios)
        scenarios_made = f"{count} {'scenario' if count == 1 else 'scenarios'}"
        click.echo(f"{found.proposal}: {scenarios_made}, {found.files} files in {found.folder}")
    _end_with_checks([costed.run(name) for costed in costings for name in (scenarios or costed.scenarios)])


@main.command()
@click.argument("proposals", metavar="[PROPOSAL]...", nargs=-1)
@_ROOT
@_user_facing
def check(proposals: tuple[str, ...], assumptions: Path | None) -> None:
    """Validate everything without writing: files, formulas, every scenario, every check."""
    from costmodel.analysis.loading import load_all

    costings = load_all(proposals, assumptions)
    for costed in costings:
        lines = len([line for line in costed.costing.model.lines.values() if not line.step_of])
        click.echo(f"{costed.costing.name}: {len(costed.scenarios)} scenarios, {lines} lines; the files are in order")
    _end_with_checks([costed.run(name) for costed in costings for name in costed.scenarios])


@main.command()
@click.argument("proposal")
@_SCENARIO
@click.option("--table", "-t", help="The table; the proposal's first where it is not given.")
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json", "markdown"]), default="text", show_default=True
)
@_ROOT
@_user_facing
def show(proposal: str, scenario: str, table: str | None, form: str, assumptions: Path | None) -> None:
    """Print a table of a proposal: rounded as in a submission; or, as JSON, every line unrounded."""
    from costmodel.analysis.loading import load_proposal

    results = load_proposal(proposal, assumptions).run(scenario)
    click.echo(_shown(results, table, form))
    if form == "text":
        for caution in results.costing.cautions_of(scenario):
            click.echo(f"Note: {caution.says}. {caution.hint}")


def _shown(results: Results, table: str | None, form: str) -> str:
    from costmodel.outputs import results_json, tables

    if form == "json":
        if table:
            results.table_of(table)
        return results_json.as_json(results).rstrip("\n")
    shown = tables.show_table(results, table)
    if form == "csv":
        return tables.as_csv(shown).rstrip("\n")
    if form == "markdown":
        return "\n".join([tables.as_markdown(shown), *(f"\n{note}" for note in shown.notes)])
    return tables.as_text(shown)


@main.command()
@_user_facing
def schema() -> None:
    """Print the JSON Schema of a proposal's files, for editors that check as you type."""
    import json

    from costmodel.assumptions.schema import Document, Scenario

    both = {"proposal": Document.model_json_schema(), "scenario": Scenario.model_json_schema()}
    click.echo(json.dumps(both, indent=1, ensure_ascii=False))


def _progress() -> Callable[[str], None]:
    """Says what is being made, once it has taken more than a second."""
    start = time.monotonic()

    def say(text: str) -> None:
        if time.monotonic() - start > 1:
            click.echo(text, err=True)

    return say


def _end_with_checks(results: list[Results]) -> None:
    """Say which checks hold and what to look at; exit code 1 where one does not hold."""
    held = [(found, check) for found in results for check in found.checks]
    failed = [(found, check) for found, check in held if not check.holds]
    said: dict[str, None] = {}
    for found in results:
        said.update(dict.fromkeys(str(caution) for caution in found.costing.cautions_of(found.scenario)))
    for text in said:
        click.echo(f"Note: {text}", err=True)
    for found, check in failed:
        click.echo(f"Does not hold: {found.costing.name}, {found.scenario}: {check.says}", err=True)
    click.echo(f"Checks: {len(held) - len(failed)} of {len(held)} hold.")
    if failed:
        sys.exit(1)
