"""``python -m benchmarks``: every table, one after the other."""

from benchmarks import serving

if __name__ == "__main__":
    serving.main()
