# shellcheck shell=bash
# EDC, a foreign connector: where it is got, and how it is started. Sourced by what runs it.

EDC_FOLDER=${KONTOR_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kontor}/edc
# As for `java -cp`: EDC and what stands in for its data plane. Read by whoever sources this.
# shellcheck disable=SC2034
EDC_CLASS_PATH="$ROOT/build/interop/edc:$EDC_FOLDER/lib/*"

# shellcheck source=tools/dev/lib/java.sh
source tools/dev/lib/java.sh

resolve_edc() { resolve_jars tests/interop/edc/pom.xml "$EDC_FOLDER"; }
has_edc() { has_jars tests/interop/edc/pom.xml "$EDC_FOLDER"; }

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
