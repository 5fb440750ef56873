"""The workspace's statuses, stages and sources as files name them; what is missing is added with its meaning."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import func, select, update

from storage.database.doors import Database
from storage.imports.values.cell_vocabulary import STAGE_PROBABILITIES, STAGE_STATES, STATUS_CLASSES
from storage.imports.values.import_errors import ImportTrouble
from storage.names.normalise import folded, key_of
from storage.tables import Source, Stage
from storage.workspaces.definitions import LONGEST_NAME, name_key
from storage.workspaces.workspace_vocabulary import (
    StageDefinition,
    StatusDefinition,
    Vocabulary,
    add_stage,
    add_status,
    category_of,
    vocabulary,
)

MOST_DEFINITIONS = 300


def class_of(status: str) -> str:
    """The class of a lead status by its words: open, working, qualified or closed."""
    words = _plain(status)
    return next(found for found, pattern in STATUS_CLASSES if re.search(pattern, words))


def state_of(stage: str) -> str:
    """What a stage means by its words: open, won or lost."""
    words = _plain(stage)
    return next((found for found, pattern in STAGE_STATES if re.search(pattern, words)), "open")


def probability_of(stage: str) -> int:
    """A likely probability in percent for an open stage, by its words."""
    words = _plain(stage)
    return next(found for found, pattern in STAGE_PROBABILITIES if re.search(pattern, words))


def _plain(words: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words)
    return " ".join(re.findall(r"[^\W_]+", folded(spaced)))


_key = lru_cache(maxsize=10_000)(name_key)


class Definitions:
    """Looks words up by name and adds those the workspace lacks, each in a short transaction of its own."""

    def __init__(self, database: Database, workspace_id: int, *, dry_run: bool = False) -> None:
        self.database = database
        self.workspace_id = workspace_id
        self.dry_run = dry_run
        with database.reading() as session:
            found = vocabulary(session, workspace_id)
        if found is None:
            raise ImportTrouble(f"There is no workspace {workspace_id} in this database.")
        self.workspace: Vocabulary = found
        self.added: list[str] = []
        self._index()

    def _index(self) -> None:
        self._statuses = {key_of(each.name): each for each in self.workspace.statuses}
        self._stages = {key_of(each.name): each for each in self.workspace.stages}
        self._sources = {key_of(each): each for each in self.workspace.sources}

    def status(self, words: str | None) -> StatusDefinition:
        """The status of this name; without one the first for leads that nobody has contacted."""
        if words is None:
            return self.first_status("open")
        key = _key(words)
        return self._statuses.get(key) or self._new_status(words, key)

    def first_status(self, status_class: str) -> StatusDefinition:
        """The first status of a class; one is made where the workspace has none."""
        found = self.workspace.statuses_in(status_class)
        if found:
            return found[0]
        names = {"open": "Open", "working": "Contacted", "qualified": "Qualified", "closed": "Unqualified"}
        return self._new_status(names[status_class], key_of(names[status_class]), status_class)

    def stage(self, words: str | None, *, state: str | None = None, probability: int | None = None) -> StageDefinition:
        """The stage of this name, or the first of a state where there is no name."""
        if words is None:
            found = self.workspace.stages_in(state or "open")
            if found:
                return found[0]
            words = {"won": "Closed Won", "lost": "Closed Lost"}.get(state or "open", "Prospecting")
        key = _key(words)
        return self._stages.get(key) or self._new_stage(words, key, state, probability)

    def source(self, words: str) -> str:
        """The source as the workspace spells it; a new one is added to its list."""
        key = _key(words)
        found = self._sources.get(key)
        if found is None:
            found = words[:LONGEST_NAME]
            if key and len(self._sources) < MOST_DEFINITIONS:
                self._add_source(found, key)
            self._sources[key] = found
        return found

    def _new_status(self, words: str, key: str, status_class: str | None = None) -> StatusDefinition:
        status_class = status_class or class_of(words)
        if len(self._statuses) >= MOST_DEFINITIONS:
            return self.first_status(status_class)
        made = StatusDefinition(-len(self._statuses) - 1, words[:LONGEST_NAME], status_class, False)
        if not self.dry_run:
            with self.database.writing() as session:
                position = max((index for index, _ in enumerate(self.workspace.statuses)), default=-1) + 1
                row = add_status(session, self.workspace_id, words[:LONGEST_NAME], status_class, position)
                row.name_key = key
                session.flush()
                made = replace(made, id=row.id)
        self.added.append(f"status “{made.name}” ({status_class})")
        self.workspace = replace(self.workspace, statuses=(*self.workspace.statuses, made))
        self._statuses[key] = made
        return made

    def _new_stage(self, words: str, key: str, state: str | None, probability: int | None) -> StageDefinition:
        by_words = state_of(words)
        state = by_words if by_words != "open" else state or by_words
        if len(self._stages) >= MOST_DEFINITIONS:
            return self.stage(None, state=state)
        if state != "open":
            likely = 100 if state == "won" else 0
        else:
            likely = probability if probability is not None else probability_of(words)
        made = StageDefinition(
            -len(self._stages) - 1, words[:LONGEST_NAME], likely, category_of(likely, state), state, False
        )
        ordered = [*self.workspace.stages]
        ordered.insert(_place(ordered, made), made)
        if not self.dry_run:
            with self.database.writing() as session:
                place = ordered.index(made)
                row = add_stage(session, self.workspace_id, made.name, likely, made.category, state, position=place)
                row.name_key = key
                session.flush()
                ordered[place] = replace(made, id=row.id)
                made = ordered[place]
                for position, stage in enumerate(ordered):
                    session.execute(update(Stage).where(Stage.id == stage.id).values(position=position))
        self.added.append(f"stage “{made.name}” ({state}, {likely} %)")
        self.workspace = replace(self.workspace, stages=tuple(ordered))
        self._stages[key] = made
        return made

    def _add_source(self, name: str, key: str) -> None:
        self.added.append(f"source “{name}”")
        if self.dry_run:
            return
        with self.database.writing() as session:
            last = session.scalar(select(func.max(Source.position)).where(Source.workspace_id == self.workspace_id))
            known = session.scalar(
                select(Source.id).where(Source.workspace_id == self.workspace_id, Source.name_key == key)
            )
            if known is None:
                session.add(Source(workspace_id=self.workspace_id, name=name, name_key=key, position=(last or 0) + 1))


def _place(stages: list[StageDefinition], new: StageDefinition) -> int:
    """Open stages by probability, then won, then lost."""
    order = {"open": 0, "won": 1, "lost": 2}
    rank = (order[new.state], new.probability)
    for index, stage in enumerate(stages):
        if (order[stage.state], stage.probability) > rank:
            return index
    return len(stages)
