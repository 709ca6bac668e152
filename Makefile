# `make demo` groups real pictures; `make test` runs all tests. Both install what is missing (Debian packages) first.
.PHONY: all build demo test sanitize fuzz lint format benchmark documentation clean

STAMPS := /usr/share/tuxpaint/stamps

all: build

build:
	@Scripts/setup
	swift build -c release --product kindred

# The stamps of Tux Paint: 785 pictures with captions, and 17 without. Their folders are the true groups, for scoring only.
demo:
	@Scripts/setup demo
	swift build -c release --product kindred
	.build/release/kindred run --images $(STAMPS) --truth-from-folder --n-clusters 16 --components 100 \
	    --title "Tux Paint stamps" --output demo-output

# Numbers are tested as they are used: compiled with optimisation. Nothing is kept in the user's cache.
test:
	@Scripts/setup
	KINDRED_INT8_CACHE=0 swift test -c release

# Both sanitizers must have nothing to report.
sanitize:
	@Scripts/setup
	Scripts/sanitize thread
	Scripts/sanitize address

# Every reader of untrusted files, ten minutes each.
fuzz:
	@Scripts/setup
	Scripts/fuzz

lint:
	Scripts/lint

format:
	swift format format --in-place --recursive --parallel Package.swift Sources Tests Examples Benchmarks/Package.swift Benchmarks/Sources

benchmark:
	@Scripts/setup
	Benchmarks/run

documentation:
	@Scripts/setup
	Scripts/documentation

clean:
	rm -rf .build .build-thread .build-address .build-fuzz demo-output
