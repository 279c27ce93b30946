# Before every script of ours: how it tells what it found. Lines with the mark are taken out of what people read.
tell() { # KEY VALUE
  printf '%s %s %s\n' "$IMAGEOPERATOR_MARK" "$1" "$(printf '%s' "${2-}" | tr '\n\r' '  ')"
}
fail() { # EXIT_CODE MESSAGE [HINT]
  tell error "$2"
  [ -z "${3-}" ] || tell hint "$3"
  exit "$1"
}
have() { command -v "$1" > /dev/null 2>&1; }
