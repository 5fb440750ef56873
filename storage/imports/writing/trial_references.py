"""What the rows of a dry run refer to and nothing brings: found as the real run would, without writing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.bulk_writes import split_portions
from storage.imports.rows.built_records import COMPANY, Entry
from storage.imports.understanding.sheet_plan import Plan
from storage.imports.writing.account_stubs import makes_account_stub
from storage.imports.writing.references import (
    Finder,
    choose_waiting_kind,
    list_arrival_keys,
    make_waiting_key,
)
from storage.records.missing_references import MOST_NAMED, TARGETS, MissingReferences, is_missed
from storage.tables import Lead

Group = tuple[str, str]
"""The kind of the records that refer, and the kind under which their references wait."""


class TrialReferences:
    """Collects what the rows of all files of a dry run refer to, and what arrives with them."""

    def __init__(self, workspace_id: int, finder: Finder) -> None:
        self.workspace_id = workspace_id
        self.finder = finder
        # Hashes: a dry run of a large file keeps a number for each key instead of its text.
        self.arrived: dict[str, set[int]] = defaultdict(set)
        self.waiting: dict[Group, Counter[str]] = defaultdict(Counter)
        self.words: dict[tuple[Group, str], tuple[str, tuple[str, ...]]] = {}

    def add_entries(self, session: Session, plan: Plan, entries: Sequence[Entry]) -> None:
        """Note what these rows are and refer to, as far as it is not in the database."""
        wanted = {(each.targets, each.words) for entry in entries for each in entry.built.references.values()}
        found = self.finder.find_targets(session, wanted) if wanted else {}
        for entry in entries:
            self._note_arrival(entry)
            missed = set()
            for column, (targets, words) in entry.built.references.items():
                group = entry.built.kind, choose_waiting_kind(targets)
                if (
                    (targets, words) not in found
                    and column != COMPANY
                    and group[1] in TARGETS
                    and is_missed(*group)
                    and not makes_account_stub(plan, group[0], targets, words)
                ):
                    key = make_waiting_key(targets, words)
                    self.words.setdefault((group, key), (words, targets))
                    missed.add((group, key))
            for group, key in missed:
                self.waiting[group][key] += 1

    def list_missing(self, session: Session) -> list[MissingReferences]:
        """List what never came, as `list_missing_references` does after a real run."""
        found = []
        for group, counts in sorted(self.waiting.items()):
            missing = [
                (key, count)
                for key, count in counts.items()
                if not any(hash(key) in self.arrived[kind] for kind in self.words[group, key][1])
            ]
            if missing:
                missing.sort(key=lambda each: (-each[1], each[0]))
                named = tuple(self.words[group, key][0] for key, _ in missing[:MOST_NAMED])
                leads = self._count_leads(session, [key for key, _ in missing]) if group[1] == "contact" else 0
                records = sum(count for _, count in missing)
                found.append(MissingReferences(*group, records, len(missing), named, leads))
        return found

    def _note_arrival(self, entry: Entry) -> None:
        keys = {hash(key) for key in list_arrival_keys(entry.built.values)}
        self.arrived[entry.built.kind] |= keys
        if entry.built.facts.get("became_contact"):
            self.arrived["contact"] |= keys

    def _count_leads(self, session: Session, keys: Sequence[str]) -> int:
        """Count the missing contacts who are leads here, or become leads with this import."""
        known: set[str] = set()
        for portion in split_portions(key for key in keys if "@" in key):
            known |= set(
                session.scalars(
                    select(Lead.email).where(Lead.workspace_id == self.workspace_id, Lead.email.in_(portion)).distinct()
                )
            )
        return sum(key in known or ("@" in key and hash(key) in self.arrived["lead"]) for key in keys)
