# shellcheck shell=bash
# EDC, a foreign connector: where it is got, and how it is started. Sourced by what runs it.

EDC_FOLDER=${KONTOR_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kontor}/edc
# As for `java -cp`: EDC and what stands in for its data plane. Read by whoever sources this.
# shellcheck disable=SC2034
EDC_CLASS_PATH="$ROOT/build/interop/edc:$EDC_FOLDER/lib/*"

# Ends well, and says so, where the programs are missing that EDC needs.
needs_java() {
  local program
  for program in java javac mvn; do
    command -v "$program" >/dev/null && continue
    printf 'SKIPPED: EDC is a Java program, and there is no %s here; ./dev setup --for interop installs it\n' "$program"
    exit 0
  done
}

# EDC's jars, resolved once for each version of the list. Complete or not there.
resolve_edc() {
  rm -rf "${EDC_FOLDER:?}"
  mkdir -p "$EDC_FOLDER"
  mvn -q -B -f tests/interop/edc/pom.xml org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$EDC_FOLDER/lib" &&
    cp tests/interop/edc/pom.xml "$EDC_FOLDER/resolved.xml"
}

has_edc() { cmp -s tests/interop/edc/pom.xml "$EDC_FOLDER/resolved.xml"; }

# What stands in for EDC's data plane, as an extension that EDC finds by itself.
compile_extension() {
  rm -rf build/interop/edc
  mkdir -p build/interop/edc/META-INF/services
  javac -proc:none -cp "$EDC_FOLDER/lib/*" -d build/interop/edc tests/interop/edc/InteropFlows.java &&
    echo kontor.interop.InteropFlows >build/interop/edc/META-INF/services/org.eclipse.edc.spi.system.ServiceExtension
}

# The stages from nothing to an EDC that can be started.
get_edc() {
  has_edc || stage "resolve EDC" resolve_edc
  stage "compile the extension" compile_extension
}
