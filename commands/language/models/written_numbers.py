"""Lists of numbers by feature, kept as text until one is looked up: a sentence asks for a few of many thousand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


class WrittenNumbers(Mapping[str, Sequence[int]]):
    """Holds lists as they are written in the file of weights, `12 -5 3`; those that were looked up as numbers."""

    def __init__(self, written: Mapping[str, str] | None = None) -> None:
        self.written = written or {}
        self.read: dict[str, Sequence[int]] = {}

    def with_lists(self, lists: Mapping[str, Sequence[int]]) -> WrittenNumbers:
        """Return the same with these lists in the place of those under their features, or beside the others."""
        written = {feature: " ".join(map(str, numbers)) for feature, numbers in lists.items()}
        return WrittenNumbers({**self.written, **written})

    def dump_sorted(self) -> dict[str, str]:
        """Return the lists as they are written, in the order of their features."""
        return {feature: self.written[feature] for feature in sorted(self.written)}

    def __getitem__(self, feature: str) -> Sequence[int]:
        found = self.read.get(feature)
        if found is None:
            found = self.read[feature] = tuple(map(int, self.written[feature].split()))
        return found

    def __contains__(self, feature: object) -> bool:
        return feature in self.written

    def __iter__(self) -> Iterator[str]:
        return iter(self.written)

    def __len__(self) -> int:
        return len(self.written)
