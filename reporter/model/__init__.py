"""What every stage speaks: the terms of the field as frozen types.

Three groups, in the order in which data flows:

* measured: ``Suite`` of ``Benchmark`` s with a ``Sample`` per ``Metric``, the ``Fingerprint`` of the machine (which
  ``reporter.shared.model`` has), and the ``Baseline`` they are compared with. Round values stay in numpy arrays.
* decided: one ``Assessment`` per benchmark and metric, the suite-wide ``Shift``, the ``Gate``.
* reported: ``Report``, which is ``report/v1`` (``schemas/report-v1.json``) as a type. It holds plain numbers only, so
  that every output can be rendered again from ``verdict.json`` alone.

What lies in ``verdict.json`` as it is here is a ``Record``: its types and bounds are those of the file.

What there is one of for every benchmark is a ``Struct``: they are defined and made many times as fast as frozen
dataclasses, and there are a dozen of them for each of 10,000 benchmarks.

All numbers are in base units (s, B, 1/s, 1). Unknown is ``None`` (``nan`` inside arrays), never 0.
"""

from __future__ import annotations

from reporter.model.decided import *
from reporter.model.judged_from import *
from reporter.model.load import *
from reporter.model.measured import *
from reporter.model.reported import *
from reporter.verdicts import CHANGED as CHANGED
from reporter.verdicts import DECIDED as DECIDED
from reporter.verdicts import JUDGED as JUDGED
from reporter.verdicts import VERDICTS as VERDICTS
from reporter.verdicts import Verdict as Verdict
