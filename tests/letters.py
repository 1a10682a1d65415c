"""A market in which every lead gets one mail a month."""

from __future__ import annotations

DAY = 86_400
STEP = 1_000_000

LETTERS = """
scenario letters {
  timezone Europe/Warsaw
  horizon 360 days from 2026-01-05
  arrivals over 1 day
}
event sent
event opened
event clicked { link text }
event gone
persona keen 60% { intent 0.4 }
persona cool 40% {
  in mail monthly {
    opened as opened 45%, after exponential mean 2 hours
    machine opens 80% of leads, beside their own
    scanner clicks 5% of leads
  }
}
intent { spread 0.9 }
stage only { lasts exactly 400 days; then won 10%, else lost }
mail monthly {
  every 30 days after arrival
  sent as sent
  opened as opened logit -0.5 + 0.8 * intent, after lognormal median 3 hours spread 0.8
  clicked as clicked link "/a" 30%, after exponential mean 5 minutes
  clicked as clicked link "/b" logit -1 + 0.5 * intent
  machine opens 45% of leads, beside their own
  scanner clicks 12% of leads
}
"""
