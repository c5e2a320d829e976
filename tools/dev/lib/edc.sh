# shellcheck shell=bash
# EDC, a foreign connector: where it is got, and how it is started. Sourced by what runs it.

# A folder each: with a mock identity, its identity hub, with the Decentralized Claims Protocol, and its data plane.
EDC_FOLDER=${KONTOR_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kontor}/edc
EDC_HUB_FOLDER=$EDC_FOLDER-hub
EDC_DCP_FOLDER=$EDC_FOLDER-dcp
EDC_PLANE_FOLDER=$EDC_FOLDER-plane
# As for `java -cp`: EDC and what is ours beside it. Read by whoever sources this.
# shellcheck disable=SC2034
EDC_CLASS_PATH="$ROOT/build/interop/edc:$EDC_FOLDER/lib/*"
# shellcheck disable=SC2034
EDC_HUB_CLASS_PATH="$ROOT/build/interop/edc-hub:$EDC_HUB_FOLDER/lib/*"
# shellcheck disable=SC2034
EDC_DCP_CLASS_PATH="$ROOT/build/interop/edc-dcp:$EDC_DCP_FOLDER/lib/*"
# shellcheck disable=SC2034
EDC_PLANE_CLASS_PATH="$ROOT/build/interop/edc-plane:$EDC_PLANE_FOLDER/lib/*"
# Its control plane, with nothing that stands in for data planes.
# shellcheck disable=SC2034
EDC_CONTROL_CLASS_PATH="$ROOT/build/interop/edc-control:$EDC_FOLDER/lib/*"

# shellcheck source=tools/dev/lib/java.sh
source tools/dev/lib/java.sh

resolve_edc() { resolve_jars tests/interop/edc/pom.xml "$EDC_FOLDER"; }
has_edc() { has_jars tests/interop/edc/pom.xml "$EDC_FOLDER"; }
resolve_edc_identity() {
  resolve_jars tests/interop/edc/hub/pom.xml "$EDC_HUB_FOLDER" && resolve_jars tests/interop/edc/dcp/pom.xml "$EDC_DCP_FOLDER"
}
has_edc_identity() {
  has_jars tests/interop/edc/hub/pom.xml "$EDC_HUB_FOLDER" && has_jars tests/interop/edc/dcp/pom.xml "$EDC_DCP_FOLDER"
}
resolve_edc_planes() { resolve_edc && resolve_jars tests/interop/edc/plane/pom.xml "$EDC_PLANE_FOLDER"; }
has_edc_planes() { has_edc && has_jars tests/interop/edc/plane/pom.xml "$EDC_PLANE_FOLDER"; }

# compile_extensions JARS FOLDER SOURCE…: extensions that EDC finds by itself, a class a source.
compile_extensions() {
  local jars=$1 folder=$2 source
  shift 2
  rm -rf "$folder"
  mkdir -p "$folder/META-INF/services"
  javac -proc:none -cp "$jars/lib/*" -d "$folder" "$@" || return
  for source in "$@"; do
    printf 'kontor.interop.%s\n' "$(basename "$source" .java)"
  done >"$folder/META-INF/services/org.eclipse.edc.spi.system.ServiceExtension"
}

# What stands in for EDC's data plane.
compile_extension() { compile_extensions "$EDC_FOLDER" build/interop/edc tests/interop/edc/InteropFlows.java; }
# The hub's first user, and what a connector wants that proves itself.
compile_identity_extensions() {
  compile_extensions "$EDC_HUB_FOLDER" build/interop/edc-hub tests/interop/edc/hub/*.java &&
    compile_extensions "$EDC_DCP_FOLDER" build/interop/edc-dcp tests/interop/edc/InteropFlows.java tests/interop/edc/dcp/*.java
}
# What either plane of EDC is given from outside.
compile_plane_extensions() {
  compile_extensions "$EDC_PLANE_FOLDER" build/interop/edc-plane tests/interop/edc/plane/*.java &&
    compile_extensions "$EDC_FOLDER" build/interop/edc-control tests/interop/edc/plane/*.java
}

# The stages from nothing to an EDC that can be started.
get_edc() {
  has_edc || stage "resolve EDC" resolve_edc
  stage "compile the extension" compile_extension
}
get_edc_planes() {
  has_edc_planes || stage "resolve EDC's planes" resolve_edc_planes
  stage "compile their extension" compile_plane_extensions
}
get_edc_identity() {
  has_edc_identity || stage "resolve EDC's hub" resolve_edc_identity
  stage "compile its extensions" compile_identity_extensions
}
