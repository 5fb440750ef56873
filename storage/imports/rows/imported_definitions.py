"""The workspace's statuses, stages and sources, found by the words of a file; missing ones are added."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select, update

from storage.database.doors import Database
from storage.imports.values.cell_text import simplify_words
from storage.imports.values.cell_vocabulary import (
    CONVERTED_WORDS,
    STAGE_PROBABILITIES,
    STAGE_STATES,
    STATUS_CLASSES,
    WORDS_BESIDE_CONVERTED,
)
from storage.imports.values.import_errors import ImportTrouble
from storage.tables import Source, Stage, Status
from storage.workspaces.default_definitions import is_default
from storage.workspaces.definitions import LONGEST_NAME, make_name_key
from storage.workspaces.workspace_vocabulary import (
    StageDefinition,
    StatusDefinition,
    Vocabulary,
    add_stage,
    add_status,
    choose_category,
    load_vocabulary,
)

# A column mistaken for a status would else add one for every row.
MOST_DEFINITIONS = 300


def guess_status_class(status: str) -> str:
    """Guess the class of a lead status from its words: open, working, qualified or closed."""
    if says_converted(status):
        return "closed"
    words = simplify_words(status)
    return next(found for found, pattern in STATUS_CLASSES if re.search(pattern, words))


@lru_cache(maxsize=1000)
def says_converted(status: str) -> bool:
    """Say whether a lead status means that the lead became a customer: `Closed - Converted`, `Won`, `Customer`."""
    words = {*simplify_words(status).split()}
    return bool(words & CONVERTED_WORDS) and words <= CONVERTED_WORDS | WORDS_BESIDE_CONVERTED


def guess_stage_state(stage: str) -> str:
    """Guess the state of a stage from its words: open, won or lost."""
    words = simplify_words(stage)
    return next((found for found, pattern in STAGE_STATES if re.search(pattern, words)), "open")


def guess_probability(stage: str) -> int:
    """Guess the probability of an open stage, in percent, from its words."""
    words = simplify_words(stage)
    return next(found for found, pattern in STAGE_PROBABILITIES if re.search(pattern, words))


_cached_key = lru_cache(maxsize=10_000)(make_name_key)


class Definitions:
    """Finds statuses, stages and sources by name and adds those the workspace lacks."""

    def __init__(self, database: Database, workspace_id: int, *, dry_run: bool = False) -> None:
        self.database = database
        self.workspace_id = workspace_id
        self.dry_run = dry_run
        with database.begin_read() as session:
            found = load_vocabulary(session, workspace_id)
        if found is None:
            raise ImportTrouble(f"There is no workspace {workspace_id} in this database.")
        self.workspace: Vocabulary = found
        self.added: list[str] = []
        self.own: set[type[Any]] = set()
        """The tables to which a file brought names of the workspace's own."""
        self.touched: dict[type[Any], dict[int, StatusDefinition | StageDefinition]] = {Status: {}, Stage: {}}
        """The statuses and stages that rows of this import have, by id."""
        self._build_index()

    def _build_index(self) -> None:
        self._statuses = {_cached_key(each.name): each for each in self.workspace.statuses}
        self._stages = {_cached_key(each.name): each for each in self.workspace.stages}
        self._sources = {_cached_key(each): each for each in self.workspace.sources}

    def find_or_add_status(self, words: str | None) -> StatusDefinition:
        """Find or add the status of this name; without a name, the first one for leads that nobody has contacted."""
        if words is None:
            return self.find_first_status("open")
        key = _cached_key(words)
        found = self._statuses.get(key) or self._create_status(words, key)
        self.touched[Status][found.id] = found
        return found

    def find_first_status(self, status_class: str) -> StatusDefinition:
        """Find the first status of a class; add one where the workspace has none."""
        found = self.workspace.list_statuses(status_class)
        if found:
            self.touched[Status][found[0].id] = found[0]
            return found[0]
        names = {"open": "Open", "working": "Contacted", "qualified": "Qualified", "closed": "Unqualified"}
        return self._create_status(names[status_class], _cached_key(names[status_class]), status_class)

    def find_or_add_stage(
        self, words: str | None, *, state: str | None = None, probability: int | None = None
    ) -> StageDefinition:
        """Find or add the stage of this name; without a name, the first one of a state."""
        if words is None:
            used = self.workspace.list_stages(state or "open")
            if used:
                self.touched[Stage][used[0].id] = used[0]
                return used[0]
            words = {"won": "Closed Won", "lost": "Closed Lost"}.get(state or "open", "Prospecting")
        key = _cached_key(words)
        found = self._stages.get(key) or self._create_stage(words, key, state, probability)
        self.touched[Stage][found.id] = found
        return found

    def find_or_add_source(self, words: str) -> str:
        """Find the source and return it as the workspace spells it; add a new one."""
        key = _cached_key(words)
        found = self._sources.get(key)
        if found is None:
            found = words[:LONGEST_NAME]
            if key and len(self._sources) < MOST_DEFINITIONS:
                self._add_source(found, key)
            self._sources[key] = found
        return found

    def _create_status(self, words: str, key: str, status_class: str | None = None) -> StatusDefinition:
        status_class = status_class or guess_status_class(words)
        if len(self._statuses) >= MOST_DEFINITIONS:
            return self.find_first_status(status_class)
        # A number below zero stands in where a trial run writes nothing.
        made = StatusDefinition(-len(self._statuses) - 1, words[:LONGEST_NAME], status_class, False)
        if not self.dry_run:
            with self.database.begin_write() as session:
                position = max((index for index, _ in enumerate(self.workspace.statuses)), default=-1) + 1
                row = add_status(session, self.workspace_id, words[:LONGEST_NAME], status_class, position)
                row.name_key = key
                session.flush()
                made = replace(made, id=row.id)
        self._note_addition(Status, made.name, f"status “{made.name}” ({status_class})")
        self.workspace = replace(self.workspace, statuses=(*self.workspace.statuses, made))
        self._statuses[key] = made
        return made

    def _create_stage(self, words: str, key: str, state: str | None, probability: int | None) -> StageDefinition:
        by_words = guess_stage_state(words)
        state = by_words if by_words != "open" else state or by_words
        if len(self._stages) >= MOST_DEFINITIONS:
            return self.find_or_add_stage(None, state=state)
        if state != "open":
            likely = 100 if state == "won" else 0
        else:
            likely = probability if probability is not None else guess_probability(words)
        made = StageDefinition(
            -len(self._stages) - 1, words[:LONGEST_NAME], likely, choose_category(likely, state), state, False
        )
        ordered = [*self.workspace.stages]
        ordered.insert(_find_position(ordered, made), made)
        if not self.dry_run:
            with self.database.begin_write() as session:
                place = ordered.index(made)
                row = add_stage(session, self.workspace_id, made.name, likely, made.category, state, position=place)
                row.name_key = key
                session.flush()
                ordered[place] = replace(made, id=row.id)
                made = ordered[place]
                for position, stage in enumerate(ordered):
                    session.execute(update(Stage).where(Stage.id == stage.id).values(position=position))
        self._note_addition(Stage, made.name, f"stage “{made.name}” ({state}, {likely} %)")
        self.workspace = replace(self.workspace, stages=tuple(ordered))
        self._stages[key] = made
        return made

    def _note_addition(self, table: type[Any], name: str, words: str) -> None:
        self.added.append(words)
        if not is_default(table, name):
            self.own.add(table)

    def _add_source(self, name: str, key: str) -> None:
        self.added.append(f"source “{name}”")
        if self.dry_run:
            return
        with self.database.begin_write() as session:
            last = session.scalar(select(func.max(Source.position)).where(Source.workspace_id == self.workspace_id))
            known = session.scalar(
                select(Source.id).where(Source.workspace_id == self.workspace_id, Source.name_key == key)
            )
            if known is None:
                session.add(Source(workspace_id=self.workspace_id, name=name, name_key=key, position=(last or 0) + 1))


def _find_position(stages: list[StageDefinition], new: StageDefinition) -> int:
    """Find where a new stage comes: open stages by probability, then won, then lost."""
    order = {"open": 0, "won": 1, "lost": 2}
    rank = (order[new.state], new.probability)
    for index, stage in enumerate(stages):
        if (order[stage.state], stage.probability) > rank:
            return index
    return len(stages)
