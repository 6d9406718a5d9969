"""`python -m costcast.world --to data/samples` writes the samples again."""

import argparse
from pathlib import Path

from costcast.world.build import DEMO_SEED
from costcast.world.samples import write_samples

_parser = argparse.ArgumentParser(description="Write the sample deliveries and their truth.")
_parser.add_argument("--to", type=Path, required=True, help="folder to write into")
_parser.add_argument("--seed", type=int, default=DEMO_SEED, help="seed of the world")

if __name__ == "__main__":
    _arguments = _parser.parse_args()
    write_samples(_arguments.to, seed=_arguments.seed)
