# shellcheck shell=bash
# What verbs share that run Java programs of others. Sourced by them.

# needs_java WHAT VERB: ends well, and says so, where the programs are missing that WHAT needs and ./dev setup --for VERB installs.
needs_java() {
  local program
  for program in java javac mvn; do
    command -v "$program" >/dev/null && continue
    printf 'SKIPPED: %s is a Java program, and there is no %s here; ./dev setup --for %s installs it\n' \
      "$1" "$program" "$2"
    exit 0
  done
}

# resolve_jars POM FOLDER: the jars in FOLDER/lib, once for each version of the list. Complete or not there.
resolve_jars() {
  rm -rf "${2:?}"
  mkdir -p "$2"
  mvn -q -B -f "$1" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$2/lib" &&
    cp "$1" "$2/resolved.xml"
}

has_jars() { cmp -s "$1" "$2/resolved.xml"; }
