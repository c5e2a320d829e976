#include "tck/dps/system/process.hpp"

#include <fmt/format.h>

#include "tck/dps/system/identity.hpp"
#include "tck/dps/system/planes.hpp"

namespace kontor::tck::dps {

using platform::assembly::assembly_of;

connector::Place Plan::place() const {
  const auto authority = kit.substr(std::string_view("http://").size());
  return {.folder = folder,
          .ports = {ports.begin(), ports.begin() + 4},
          .more = fmt::format("did_resolver: {{plain_http_authorities: ['{}']}}\n"
                              "data_plane_signaling: {{token_lifetime: 300s}}\n"
                              "http_data_plane: {{renewal_required: true}}\n"
                              // What the kit pushes has no source: the script plays it.
                              "http_push: {{profiles: []}}\n",
                              authority)};
}

Addresses Plan::addresses() const {
  const auto at = place();
  const auto relay = fmt::format("http://127.0.0.1:{}", ports.at(4));
  return {.protocol = fmt::format("{}/api/dsp/{}/{}", at.public_url(), context_id,
                                  runtime::dsp_endpoint::profile_2025_1),
          .trigger = fmt::format("{}/webhooks/{}", at.administration_url(), context_id),
          .control_plane = relay + "/control-plane",
          .data_plane = relay + "/data-plane",
          .kit = kit};
}

Result<app::roles::Parts> parts(const Plan& plan) {
  auto made_of = connector::parts();
  if (!made_of) return made_of;
  connector::replace(*made_of, "peer-identity", assembly_of<SaidIdentityAssembly>());
  connector::add(*made_of, given({static_cast<std::uint16_t>(plan.ports.at(4)), plan.kit}));
  connector::add(*made_of, assembly_of<PlanesAssembly>());
  return made_of;
}

}  // namespace kontor::tck::dps
