"""B6: what history costs in calls, one by one and in uploads.

`UPLOAD_INVOICES=2000` measures at a larger scale.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.link.small import SmallLink
from tests.load.test_uploads import history

INVOICES = int(os.environ.get("UPLOAD_INVOICES", "600"))


@pytest.mark.timeout(600)
def test_fifty_thousand_invoices_fit_in_700_calls(link: SmallLink) -> None:
    """Debtors apart. From the second upload on, so that what each run costs once is not multiplied:
    the check, the lists, and a first small upload per run.
    """
    link.setting(bulk=True)
    link.night()
    before = len(link.world.log)
    link.reconciles = False
    history(link, INVOICES)
    assert link.night(backfill="import").items == []
    imported = [call.endpoint for call in link.world.log][before:]
    of_debtors = sum(endpoint.startswith("crm/") for endpoint in imported)
    lines = sum(1 for _ in link.division["TransactionLines"].rows)
    before = len(link.world.log)
    link.reconciles = True
    link.night(backfill="nothing")
    print(
        f"{INVOICES} invoices, {lines} lines: {len(imported) - of_debtors} calls,"
        f" and {len(link.world.log) - before} of the night that mirrors them;"
        f" {Counter(imported)}"
    )
    uploads_and_reads = sum(
        endpoint in ("docs/XMLUpload", "bulk/Financial/TransactionLines") for endpoint in imported
    )
    assert uploads_and_reads <= 6 + INVOICES * 10 / 1000
