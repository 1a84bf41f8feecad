#!/usr/bin/env bash
# Put the program on the path: a released one, held against its checksum, or one that is built from the
# sources this action came with.
#
# In: VERSION (v1.2.3, build, installed, or empty), ACTION_REPOSITORY and ACTION_REF, by which the workflow
# names the action.
set -euo pipefail

refuse() { printf '::error::%s\n' "$1"; exit 1; }

version="${VERSION:-}"
released='^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$'
if [ -z "$version" ]; then
  version=build
  if [[ "${ACTION_REF:-}" =~ $released ]]; then version="$ACTION_REF"; fi
fi

if [ "$version" = installed ]; then
  command -v nekoyaku >/dev/null || refuse "there is no nekoyaku on the path; a step before this one has to install it"
  nekoyaku --version
  exit 0
fi

folder="$RUNNER_TEMP/nekoyaku"
mkdir -p "$folder/bin"

download() {
  local target archive from
  case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) target=x86_64-unknown-linux-gnu ;;
    Linux-ARM64) target=aarch64-unknown-linux-gnu ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc ;;
    *) refuse "there is no release for $RUNNER_OS on $RUNNER_ARCH; give the input version: build" ;;
  esac
  [ -n "${ACTION_REPOSITORY:-}" ] || refuse "whose release it is is not known; give the input version: build"
  archive="nekoyaku-$version-$target.tar.gz"
  from="${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/$version"
  cd "$folder"
  curl -fsSL --retry 3 -O "$from/$archive" || refuse "$from/$archive cannot be had; the input version: build does without"
  curl -fsSL --retry 3 -O "$from/SHA256SUMS" || refuse "$from/SHA256SUMS cannot be had"

  # Only the line of this archive, and it has to be there.
  awk -v name="$archive" '$2 == name || $2 == "*" name' SHA256SUMS > checksum
  [ -s checksum ] || refuse "SHA256SUMS of $version does not have $archive"
  if command -v sha256sum >/dev/null; then sha256sum -c checksum; else shasum -a 256 -c checksum; fi ||
    refuse "$archive is not what was released: its checksum is another"

  tar -xzf "$archive"
  mv "nekoyaku-$version-$target"/nekoyaku* bin/
}

if [ "$version" = build ]; then
  sources="$GITHUB_ACTION_PATH/../../.."
  [ -f "$sources/Cargo.toml" ] || refuse "the sources of nekoyaku are not there; name a release in the input version"
  command -v cargo >/dev/null || refuse "there is no Rust to build nekoyaku with; name a release in the input version"
  cargo install --quiet --locked --path "$sources" --root "$folder"
elif [[ "$version" =~ $released ]]; then
  download
else
  refuse "the input version is none: v1.2.3, build or installed"
fi

"$folder/bin/nekoyaku" --version
if command -v cygpath >/dev/null; then cygpath -w "$folder/bin"; else echo "$folder/bin"; fi >> "$GITHUB_PATH"
