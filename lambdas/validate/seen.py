"""Everything that looking at a drop brought to light."""

from pydantic import BaseModel, Field

from lambdas.validate.facts import Facts
from lambdas.validate.findings import Finding, Level


class Seen(BaseModel):
    """Findings and facts of a drop."""

    findings: list[Finding] = Field(default_factory=list)
    facts: dict[str, Facts] = Field(default_factory=dict)
    """By dataset; without those whose files cannot be read at all."""

    @property
    def refused(self) -> bool:
        """Return whether anything stops the run."""
        return any(finding.level is Level.REFUSE for finding in self.findings)
