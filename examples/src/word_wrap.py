"""Wrap text so that its lines are evenly filled, by the least-squares method.

A greedy wrapper fills each line as far as it can and may leave a short one right after. This one looks at the whole
paragraph: it adds up the squares of the space left over on each line and takes the breaks with the smallest sum.

    python word_wrap.py 60 < letter.txt
"""

import sys
from itertools import accumulate


def wrap(words: list[str], width: int) -> list[str]:
    """Break `words` into lines of at most `width` characters; a longer word gets a line of its own."""
    # ends[i] is how many characters the first i words have, without the spaces between them.
    ends = [0, *accumulate(len(word) for word in words)]

    def length(start: int, end: int) -> int:
        return ends[end] - ends[start] + (end - start - 1)

    # cost[i] is the smallest sum for the words from i on, and break_after[i] where their first line ends.
    count = len(words)
    cost = [0.0] * (count + 1)
    break_after = [count] * (count + 1)

    for start in range(count - 1, -1, -1):
        cost[start] = float("inf")
        for end in range(start + 1, count + 1):
            space = width - length(start, end)
            if space < 0 and end > start + 1:
                break
            is_last = end == count
            line_cost = 0 if is_last else max(space, 0) ** 2
            if line_cost + cost[end] < cost[start]:
                cost[start] = line_cost + cost[end]
                break_after[start] = end

    lines = []
    start = 0
    while start < count:
        end = break_after[start]
        lines.append(" ".join(words[start:end]))
        start = end
    return lines


def paragraphs(text: str) -> list[list[str]]:
    """The words of each paragraph; blank lines stand between paragraphs."""
    return [block.split() for block in text.split("\n\n") if block.strip()]


def main() -> None:
    width = int(sys.argv[1]) if len(sys.argv) > 1 else 72
    wrapped = ("\n".join(wrap(words, width)) for words in paragraphs(sys.stdin.read()))
    print("\n\n".join(wrapped))


if __name__ == "__main__":
    main()
