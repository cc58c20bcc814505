"""What the command line does: one module for each command, and the work that several of them share.

The module of a command has its name here, ``add_arguments(parser)`` and ``run(arguments, stdout, stderr)``. It is
imported when the command is called, so its own imports may be heavy. What speaks to a forge is at the edge: no module
here imports it, and its own is only named.
"""

COMMANDS: dict[str, dict[str, str]] = {
    "Measure and compare": {
        "run": "measure and report on this machine",
        "measure": "measure only; report later",
        "report": "compare what was measured with the baseline and write the report",
        "compare": "compare result files; each file, or folder of files, is one run",
        "check": "hold the budgets against result files, without a baseline",
    },
    "Look closer": {
        "explain": "one benchmark of a report, in words, numbers and a picture",
        "profile": "which function makes a benchmark slower than at the base",
        "count": "whether benchmarks execute more instructions than at the base",
        "bisect": "which commit made a benchmark slower",
        "watch": "which benchmarks became slower in the saved history",
        "read": "show what result files are understood as, in JSON",
        "baseline": "the stored baselines of this machine",
        "history": "the saved sessions of a suite: show, import from elsewhere, export",
        "site": "the saved history as a static site: overview, benchmarks, commits, releases",
    },
    "Publish": {
        "gitlab": "bring the note of a merge request up to date with what another job measured",
    },
    "Set up": {
        "init": "find the benchmarks of a project; write workflows and a configuration",
        "doctor": "whether all is there that measuring needs; how noisy it is here",
        "calibrate": "how often equal code raises an alarm here, and what can be found",
        "completion": "what lets a shell complete commands, options and files",
        "demo": "the main job on a small project with two planted changes",
    },
}
"""Every command, in groups, with what it does."""

SUMMARIES: dict[str, str] = {name: text for group in COMMANDS.values() for name, text in group.items()}

AT_THE_EDGE: dict[str, str] = {"gitlab": "entrypoint.gitlab_note"}
"""The modules of commands that are not in this package."""
