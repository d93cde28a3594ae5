"""Numbers and times as people read them."""

from datetime import datetime

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
KILO = 1000
CENT = 0.01
SHORT_NAMES = {
    "normalized_discounted_cumulative_gain": "NDCG",
    "mean_reciprocal_rank": "MRR",
    "precision": "Precision",
    "coverage": "Coverage",
    "average_rewards": "Reward",
}


def duration(seconds: float) -> str:
    """Return a span of time with its two largest units: ``1 h 05 min``."""
    if seconds < 10:  # noqa: PLR2004 below ten seconds a tenth is worth telling
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02d} s".removesuffix(" 00 s")
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02d} min".removesuffix(" 00 min")
    return f"{whole // DAY} d {whole % DAY // HOUR} h".removesuffix(" 0 h")


def size(count: float) -> str:
    """Return bytes with a unit of thousands: ``2.1 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < KILO:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= KILO
    return f"{count:.1f} TB"


def dollars(amount: float | None) -> str:
    """Return US dollars; a dash where there is no figure, more digits below a cent."""
    if amount is None:
        return "—"
    return f"${amount:,.2f}" if amount >= CENT or amount == 0 else f"${amount:.4f}"


def number(value: float | None) -> str:
    """Return a metric with four digits after the point; a dash where there is none."""
    return "—" if value is None else f"{value:.4f}"


def moment(at: datetime) -> str:
    """Return a time to the second."""
    return at.strftime("%Y-%m-%d %H:%M:%S %Z").strip()


def metric_name(name: str) -> str:
    """Return a metric's short name: ``NDCG@10``; unknown ones stay as the service wrote them."""
    head, _, tail = name.partition("_at_")
    short = SHORT_NAMES.get(head)
    return name if short is None else f"{short}@{tail}" if tail else short


def version_id(arn: str) -> str:
    """Return the last part of a solution version's ARN."""
    return arn.rsplit("/", 1)[-1]
