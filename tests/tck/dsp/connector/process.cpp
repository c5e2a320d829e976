#include "tck/dsp/connector/process.hpp"

#include <fmt/format.h>

#include "tck/dsp/connector/connector.hpp"
#include "tck/dsp/connector/identities.hpp"

namespace kontor::tck::dsp {

using platform::assembly::assembly_of;

Addresses Plan::addresses() const {
  const auto root = fmt::format("{}/api/dsp/{}", place().public_url(), context_id);
  const auto administration = place().administration_url();
  return {.root = root,
          .base = fmt::format("{}/{}", root, runtime::dsp_endpoint::profile_2025_1),
          .management = fmt::format("{}/api/mgmt/v5beta/participants/{}", administration, context_id),
          .tokens = administration + "/token",
          .webhooks = fmt::format("{}/webhooks/{}", administration, context_id),
          .kit = kit};
}

Result<app::roles::Parts> parts() {
  auto made_of = connector::parts();
  if (!made_of) return made_of;
  connector::replace(*made_of, "peer-identity", assembly_of<StaticIdentityAssembly>());
  connector::replace(*made_of, "decisions", assembly_of<PatientDecisionsAssembly>());
  connector::add(*made_of, assembly_of<ConnectorAssembly>());
  return made_of;
}

}  // namespace kontor::tck::dsp
