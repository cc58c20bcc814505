from __future__ import annotations


class Shop:
    params = ([10, 100], ["a", "b"])
    param_names = ("size", "letter")
    number = 100
    repeat = (3, 3, 1.0)
    rounds = 1

    def setup(self, size: int, letter: str) -> None:
        if size == 100 and letter == "b":
            raise NotImplementedError

    def time_repeat(self, size: int, letter: str) -> None:
        letter * size


class Broken:
    number = 1
    repeat = 1

    def time_fails(self) -> None:
        raise ValueError("no")


class Counted:
    unit = "widgets"

    def track_widgets(self) -> int:
        return 7


def mem_list() -> list[int]:
    return [0] * 100
