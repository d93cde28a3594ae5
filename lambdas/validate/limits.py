"""What the service allows, in one dated place (developer guide and botocore, November 2026)."""

MIN_INTERACTIONS = 1_000
MIN_USERS_WITH_TWO = 25
MIN_SHARE_OF_USERS_WITH_TWO = 0.01
MAX_ID = 256
MAX_CATEGORICAL = 1_000
MAX_TEXT = 20_000
MAX_EVENT_TYPES_AND_METADATA = 10
MAX_INTERACTION_METADATA = 5
MAX_USER_METADATA = 25
MAX_ITEM_METADATA = 100
MAX_TEXTUAL = 1
MAX_INCREMENTAL_BYTES = 1_000_000_000
MAX_FULL_BYTES = 100_000_000_000
MAX_ITEMS = 750_000
MAX_ITEMS_V2 = 5_000_000
# Below these the service trains, and advises more (developer guide, "Best practices").
ADVISED_INTERACTIONS = 50_000
ADVISED_USERS = 1_000
# A time stamp in seconds stays below this until the year 5138; one in milliseconds has been above
# it since March 1973.
MILLISECONDS_FROM = 100_000_000_000
DOMINANT_EVENT_TYPE = 0.99
YEAR_SECONDS = 365 * 24 * 3600
