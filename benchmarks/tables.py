"""Markdown tables of results: the best of each column is bold, whoever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Column", "Group", "bold_best", "markdown"]

_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Column(Generic[_Row]):
    """A column: its head, the number of a row, how it is written, how far from ideal it is.

    `loss` is None for a column that nobody wins.
    """

    head: str
    number: Callable[[_Row], float | None]
    write: Callable[[float], str]
    loss: Callable[[float], float] | None


@dataclass(frozen=True)
class Group(Generic[_Row]):
    """Rows that compete with each other, under a name."""

    title: str
    rows: Sequence[tuple[str, _Row]]


def bold_best(column: Column[_Row], rows: Sequence[_Row]) -> list[tuple[str, bool]]:
    """Text of each row's cell, and whether it is the best; equal texts are equally good."""
    numbers = [column.number(row) for row in rows]
    texts = ["-" if number is None else column.write(number) for number in numbers]
    loss = column.loss
    if loss is None or len(rows) == 1:
        return [(text, False) for text in texts]
    losses = [loss(number) for number in numbers if number is not None]
    winners = {
        text
        for text, number in zip(texts, numbers, strict=True)
        if number is not None and loss(number) == min(losses)
    }
    return [(text, text in winners) for text in texts]


def markdown(
    heads: Sequence[str], columns: Sequence[Column[_Row]], groups: Sequence[Group[_Row]]
) -> list[str]:
    """Lines of a table; `heads` name the group and the row."""
    right = ["---:"] * len(columns)
    lines = [_line([*heads, *(column.head for column in columns)])]
    lines.append(_line(["---", "---", *right]))
    for group in groups:
        cells = [bold_best(column, [row for _, row in group.rows]) for column in columns]
        for place, (name, _) in enumerate(group.rows):
            texts = [
                f"**{text}**" if best else text for text, best in (cell[place] for cell in cells)
            ]
            lines.append(_line([group.title if place == 0 else "", name, *texts]))
    return lines


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
