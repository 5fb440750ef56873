"""The verbs of the program and their options. What a verb does stands in a module that only that verb imports."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.terminal.person_option import AskerOptions
from bot.terminal.verb_outcome import run_verb

# Each verb imports its work inside itself: `--help` needs no database, `ask` no scoring, and a start is to be short.
app = typer.Typer(
    name="leadlight",
    help="A sales assistant that lives in Slack, and in this terminal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
db = typer.Typer(help="The database: upgrade, check, backup, reencrypt.", no_args_is_help=True, rich_markup_mode=None)
score = typer.Typer(help="Scores: train, run, report.", no_args_is_help=True, rich_markup_mode=None)
audit_group = typer.Typer(rich_markup_mode=None)
app.add_typer(db, name="db")
app.add_typer(audit_group, name="audit")
app.add_typer(score, name="score")

As = Annotated[str | None, typer.Option("--as", help="Who asks: email, name or id (default: the console)")]
WorkspaceId = Annotated[int | None, typer.Option("--workspace", help="Needed where there are several")]
Now = Annotated[str | None, typer.Option("--now", help="Pretend it is this moment, ISO, like 2026-11-18T09:30+00:00")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else")]
Thread = Annotated[str | None, typer.Option("--thread", help="Keep the conversation between calls under this name")]


def print_version(wanted: bool) -> None:
    """Print which Leadlight this is and end."""
    if wanted:
        from importlib.metadata import version

        typer.echo(f"leadlight {version('leadlight')}")
        raise typer.Exit


# Without `help` the program's own help would be this function's docstring.
@app.callback(help=app.info.help)
def take_program_options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit", callback=print_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that belong to no verb."""


@app.command()
def ask(
    sentence: Annotated[str | None, typer.Argument(help="A sentence, or a typed command")] = None,
    as_: As = None,
    workspace: WorkspaceId = None,
    now: Now = None,
    json: Json = False,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm at once")] = False,
    confirm: Annotated[str | None, typer.Option("--confirm", help="Confirm this proposal")] = None,
    choose: Annotated[int | None, typer.Option("--choose", help="Pick the Nth choice")] = None,
    thread: Thread = None,
) -> None:
    """Ask one thing and exit: 0 done, 3 asks back, 4 not understood or found, 5 refused, 1 error."""
    with run_verb(json=json) as outcome:
        from bot.shell.ask_chat_verbs import Wishes, ask_once

        ask_once(outcome, sentence, AskerOptions(as_, workspace, now, thread), Wishes(yes, confirm, choose))


@app.command()
def chat(
    as_: As = None,
    workspace: WorkspaceId = None,
    now: Now = None,
    json: Json = False,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm at once")] = False,
    thread: Thread = None,
) -> None:
    """Talk, line by line, until an empty line or the end of input."""
    with run_verb(json=json) as outcome:
        from bot.shell.ask_chat_verbs import chat_in_terminal

        chat_in_terminal(outcome, AskerOptions(as_, workspace, now, thread), yes=yes)


@app.command()
def demo(
    once: Annotated[str | None, typer.Option("--once", help="Answer one sentence and exit")] = None,
) -> None:
    """See everything in a minute: a sample company, scores, and a chat as one of its reps."""
    with run_verb() as outcome:
        from bot.demo import run_demo

        outcome.status = run_demo(once)


@app.command("import")
def import_records(
    paths: Annotated[list[Path], typer.Argument(help="CSV or JSON files", metavar="PATH…")],
    kind: Annotated[str | None, typer.Option(help="What the rows are, where it cannot be seen")] = None,
    map_: Annotated[Path | None, typer.Option("--map", help='JSON file of {"column": "field"}')] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and report, change nothing")] = False,
    finished: Annotated[bool, typer.Option("--finished", help="Rows without conversion are closed leads")] = False,
    workspace: WorkspaceId = None,
    now: Now = None,
    json: Json = False,
) -> None:
    """Import leads, contacts, accounts, opportunities, users, activities, follow-ups or scores."""
    with run_verb(json=json) as outcome:
        from bot.shell.import_verb import import_files

        import_files(
            outcome, paths, kind=kind, map_file=map_, dry_run=dry_run, finished=finished, workspace=workspace, now=now
        )


@app.command()
def export(
    kind: Annotated[str, typer.Argument(help="lead, contact, account, opportunity, user, activity, follow_up, score")],
    out: Annotated[Path | None, typer.Option("--out", help="A file; stdout without it")] = None,
    workspace: WorkspaceId = None,
) -> None:
    """Export records as CSV."""
    with run_verb() as outcome:
        from bot.shell.export_verb import export_file

        export_file(outcome, kind, out, workspace)


@app.command()
def erase(
    person: Annotated[str, typer.Argument(help="The email address of a lead or a contact, or an id like #L12")],
    yes: Annotated[bool, typer.Option("--yes", help="Erase at once, without asking")] = False,
    as_: As = None,
    workspace: WorkspaceId = None,
    json: Json = False,
) -> None:
    """Erase a person for good: records, texts, talk, and what the log holds of them."""
    with run_verb(json=json) as outcome:
        from bot.shell.erase_verb import erase_person_outside

        erase_person_outside(outcome, person, AskerOptions(as_, workspace, None, None), yes=yes)


@audit_group.callback(invoke_without_command=True)
def audit(
    context: typer.Context,
    record: Annotated[str | None, typer.Option("--record", help="Changes of this record only")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Changes from this day or moment on, ISO")] = None,
    limit: Annotated[int, typer.Option("--limit", help="At most this many changes", min=1)] = 100,
    workspace: WorkspaceId = None,
    json: Json = False,
) -> None:
    """Show who changed what, when and from where, newest first; `audit export` writes all of it to a file."""
    if context.invoked_subcommand is not None:
        return
    with run_verb(json=json) as outcome:
        from bot.shell.audit_verb import show_audit

        show_audit(outcome, record, since, limit, workspace)


@audit_group.command("export")
def audit_export(
    path: Annotated[Path, typer.Argument(help="A file ending in .csv, or in .jsonl for one JSON object a line")],
    since: Annotated[str | None, typer.Option("--since", help="Changes from this day or moment on, ISO")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Changes before this day or moment, ISO")] = None,
    workspace: WorkspaceId = None,
) -> None:
    """Write the log for a reviewer, oldest first, with dates in UTC."""
    with run_verb() as outcome:
        from bot.shell.audit_verb import export_audit

        export_audit(outcome, path, since, until, workspace)


@app.command()
def serve() -> None:
    """Run the bot in Slack."""
    with run_verb() as outcome:
        from bot.shell.upkeep_verbs import run_bot

        run_bot(outcome)


@app.command()
def digest(
    as_: As = None,
    workspace: WorkspaceId = None,
    now: Now = None,
    all_: Annotated[bool, typer.Option("--all", help="Of everyone")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, send nothing")] = False,
    json: Json = False,
) -> None:
    """Send the morning digests that are due, or show one."""
    with run_verb(json=json) as outcome:
        from bot.shell.digest_verb import show_digests

        show_digests(outcome, AskerOptions(as_, workspace, now, None), everyone=all_, dry_run=dry_run)


@score.command("train")
def score_train(
    keep: Annotated[list[str] | None, typer.Option("--keep", help="Use this column whatever speaks against it")] = None,
    leave_out: Annotated[list[str] | None, typer.Option("--leave-out", help="Do not use this column")] = None,
    afresh: Annotated[bool, typer.Option("--afresh", help="Forget columns kept or left out before")] = False,
    workspace: WorkspaceId = None,
    now: Now = None,
    json: Json = False,
) -> None:
    """Learn from what became of leads, and report how good the result is."""
    with run_verb(json=json) as outcome:
        from bot.shell.score_verbs import train_model

        train_model(outcome, keep=keep, leave_out=leave_out, afresh=afresh, workspace=workspace, now=now)


@score.command("run")
def score_run(workspace: WorkspaceId = None, now: Now = None, json: Json = False) -> None:
    """Score all open leads."""
    with run_verb(json=json) as outcome:
        from bot.shell.score_verbs import run_scores

        run_scores(outcome, workspace=workspace, now=now)


@score.command("report")
def score_report(workspace: WorkspaceId = None, now: Now = None, json: Json = False) -> None:
    """Say how good the scores are."""
    with run_verb(json=json) as outcome:
        from bot.shell.score_verbs import show_report

        show_report(outcome, workspace=workspace, now=now)


@db.command("upgrade")
def db_upgrade() -> None:
    """Make the tables, or bring them to the newest form."""
    with run_verb() as outcome:
        from bot.shell.upkeep_verbs import upgrade_database

        upgrade_database(outcome)


@db.command("check")
def db_check() -> None:
    """Look for drift and damage."""
    with run_verb() as outcome:
        from bot.shell.upkeep_verbs import check_database

        check_database(outcome)


@db.command("backup")
def db_backup(path: Annotated[Path, typer.Argument(help="A new file")]) -> None:
    """Copy the database while it is in use."""
    with run_verb() as outcome:
        from bot.shell.upkeep_verbs import backup_database

        backup_database(outcome, path)


@db.command("reencrypt")
def db_reencrypt() -> None:
    """Encrypt the stored Slack tokens with ENCRYPTION_KEY, after it was changed."""
    with run_verb() as outcome:
        from bot.shell.upkeep_verbs import reencrypt_tokens

        reencrypt_tokens(outcome)


@app.command()
def doctor(json: Json = False) -> None:
    """Say what is configured, what is missing and what to do."""
    with run_verb(json=json) as outcome:
        from bot.shell.doctor_verb import examine_installation

        examine_installation(outcome)


@app.command("eval")
def evaluate_sentences(
    file: Annotated[Path | None, typer.Argument(help="JSON lines; without it our own, on the sample company")] = None,
    workspace: WorkspaceId = None,
    now: Now = None,
    unsure: Annotated[bool, typer.Option("--unsure", help="Ask the model only what the phrases cannot read")] = False,
    here: Annotated[bool, typer.Option("--here", help="Say them to this database itself: it is a copy")] = False,
    json: Json = False,
) -> None:
    """Say a table of sentences to phrases and language model, and print how many were understood."""
    with run_verb(json=json) as outcome:
        from bot.shell.eval_verb import EvaluationOptions, evaluate_table

        evaluate_table(outcome, EvaluationOptions(file, workspace, now, here, unsure))


@app.command("learn")
def learn_sentences(
    file: Annotated[Path | None, typer.Argument(help="JSON lines, in the form of tests/sentences")] = None,
    workspace: WorkspaceId = None,
    now: Now = None,
    here: Annotated[bool, typer.Option("--here", help="Say them to this database itself: it is a copy")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be learned")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Go back to the reader as it comes with Leadlight")] = False,
    json: Json = False,
) -> None:
    """Teach the reader a workspace's own sentences, and say how many are read right before and after."""
    with run_verb(json=json) as outcome:
        from bot.shell.learn_verb import LearningOptions, forget_learned, learn_table
        from bot.terminal.verb_outcome import VerbFailure

        if forget:
            forget_learned(outcome, workspace)
        elif file is None:
            raise VerbFailure("Name a table of sentences to learn from, or say --forget.")
        else:
            learn_table(outcome, LearningOptions(file, workspace, now, here, dry_run))


@app.command()
def bench(
    data: Annotated[Path | None, typer.Option("--data", help="A folder with outside files to import")] = None,
    rows: Annotated[int, typer.Option("--rows", help="Leads in the large database", min=1000)] = 1_000_000,
    postgres: Annotated[
        str | None, typer.Option("--postgres", help="URL of a PostgreSQL server, as a superuser; else one of its own")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="What to measure, such as answers, scores, digests or plans")
    ] = None,
) -> None:
    """Measure the figures of docs/benchmarks.md on this machine."""
    with run_verb():
        from bot.bench import MEASURES, run_bench
        from bot.terminal.verb_outcome import VerbFailure

        if unknown := {*(only or ())} - {*MEASURES}:
            raise VerbFailure(f"Not measured: {', '.join(sorted(unknown))}. Use some of {', '.join(MEASURES)}.")
        run_bench(data, rows, sys.stdout, postgres=postgres, only=only or ())


def main() -> None:
    """Run the program with this process's arguments."""
    # A start makes many objects that all stay; looking for garbage among them every 700 objects costs a
    # twentieth of the whole start.
    gc.set_threshold(50_000, 20, 20)
    app()
