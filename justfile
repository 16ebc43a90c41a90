# Every chore by name. `just` lists them.

set shell := ["bash", "-euo", "pipefail", "-c"]

[private]
default:
    @just --list --unsorted

# Build the service with optimisation
build:
    cargo build --release --locked -p partita

# Run the service from this tree, such as `just run --database-url memory:`
run *args:
    cargo run -p partita -- serve {{ args }}

# Run every test
test:
    cargo test --workspace --locked

# Run the tests whose name contains NAME, with their output
test-one name:
    cargo test --workspace --locked -- --nocapture {{ quote(name) }}

# Format the code
fmt:
    cargo fmt --all

# Check the format, and let clippy read the code
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Build the documentation of the code
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# Run what every change must pass
ci:
    .ci/run

# Write docs/openapi.json anew
openapi:
    cargo build --workspace --bins
    "${CARGO_TARGET_DIR:-target}/debug/partita" openapi > docs/openapi.json.new
    mv docs/openapi.json.new docs/openapi.json

# Let schemathesis try the API of a fresh service; further arguments go to `schemathesis run`
schemathesis checks="all" *args: build
    #!/usr/bin/env bash
    set -euo pipefail
    partita="$(realpath "${CARGO_TARGET_DIR:-target}")/release/partita"
    config="$(realpath schemathesis.toml)"
    work=$(mktemp -d)
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    cd "$work"
    "$partita" serve --database-url memory: --bind "127.0.0.1:$port" >service.log 2>&1 &
    service=$!
    trap 'kill "$service" 2>/dev/null || true; wait "$service" 2>/dev/null || true; rm -rf "$work"' EXIT
    url="http://127.0.0.1:$port"
    for _ in $(seq 100); do
        curl -fsS -o /dev/null "$url/health" 2>/dev/null && break
        kill -0 "$service" 2>/dev/null || { cat service.log >&2; exit 1; }
        sleep 0.1
    done
    # The first start shows the first key, 64 letters and digits.
    key=$(grep -oE '\b[A-Za-z0-9]{64}\b' service.log | head -n 1 || true)
    [[ -n $key ]] || { echo "The service showed no key:" >&2; cat service.log >&2; exit 1; }
    # Trying takes more requests than a key has in a minute.
    key=$(curl -fsS -X POST "$url/api/v1/api-keys" -H "X-API-Key: $key" -H 'Content-Type: application/json' \
        -d '{"name": "schemathesis", "permissions": ["admin"], "rate_limit_per_minute": 10000000}' | grep -oE '[A-Za-z0-9]{64}' | head -n 1)
    # What takes the key away that the trial itself uses is tried last and by itself.
    own='^(revokeApiKey|updateApiKey|rotateApiKey)$'
    try() { schemathesis --config-file "$config" run "$url/openapi.json" --header "X-API-Key: $key" --header "Authorization: Bearer $key" --checks {{ quote(checks) }} "$@"; }
    try --exclude-operation-id-regex "$own" {{ args }}
    try --include-operation-id-regex "$own" --phases examples,coverage,fuzzing {{ args }}

# Measure quickly; further arguments choose rows, such as `just bench --only post,get --database sqlite`
bench *args:
    cargo build --release --workspace --bins
    "${CARGO_TARGET_DIR:-target}/release/partita-bench" {{ args }}

# Measure at full size; needs about 30 GB of disk
bench-full *args:
    cargo build --release --workspace --bins
    "${CARGO_TARGET_DIR:-target}/release/partita-bench" --full {{ args }}

# Check docs/nginx/partita.conf with a throw-away certificate
nginx:
    #!/usr/bin/env bash
    set -euo pipefail
    export PATH="$PATH:/usr/sbin"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost \
        -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
    sed -E -e "s|^( *ssl_certificate ).*|\1$work/cert.pem;|" -e "s|^( *ssl_certificate_key ).*|\1$work/key.pem;|" \
        -e 's|listen 80;|listen 127.0.0.1:18080;|' -e 's|listen 443 ssl;|listen 127.0.0.1:18443 ssl;|' \
        docs/nginx/partita.conf >"$work/partita.conf"
    printf 'pid %s/pid; events {} http { access_log off; include %s/partita.conf; }\n' "$work" "$work" >"$work/nginx.conf"
    nginx -t -p "$work" -e stderr -c "$work/nginx.conf"
