#include "tck/dcp/system/parties.hpp"

#include <fmt/format.h>

namespace kontor::tck::dcp {
namespace {

std::string port_of(const std::string& address) {
  return address.substr(address.rfind(':') + 1);
}

/// Whose role is under test is not played by the kit.
std::string role_under_test(const Parties& parties, std::string_view part) {
  if (part == "issuance.issuer") return fmt::format("dataspacetck.did.issuer={}\n", parties.issuer);
  if (part == "presentation.verifier")
    return fmt::format(
        "dataspacetck.did.verifier={}\n"
        "dataspacetck.vpp.trigger.endpoint={}\n",
        parties.verifier, parties.trigger);
  auto text = fmt::format("dataspacetck.did.holder={}\n", parties.holder);
  if (part == "issuance.cs") return text;
  return text + fmt::format(
                    "dataspacetck.sts.url={}\n"
                    "dataspacetck.sts.client.id={}\n"
                    "dataspacetck.sts.client.secret={}\n",
                    parties.token_service, parties.holder, parties.client_secret);
}

}  // namespace

std::string Parties::counter_party_did(std::string_view role) const {
  return fmt::format("did:web:127.0.0.1%3A{}:{}", port_of(counter_party), role);
}

std::string kit_properties(const Parties& parties, const Part& part) {
  const auto& kit = parties.counter_party;
  return fmt::format(
             "dataspacetck.launcher=org.eclipse.dataspacetck.dcp.system.DcpSystemLauncher\n"
             "dataspacetck.test.package=org.eclipse.dataspacetck.dcp.verification.{}\n"
             "dataspacetck.ansi=false\n"
             "dataspacetck.debug=false\n"
             "dataspacetck.host=127.0.0.1\n"
             "dataspacetck.port={}\n"
             "dataspacetck.callback.address={}\n"
             "dataspacetck.credentials.correlation.id={}\n",
             part.name, port_of(kit), kit,
             part.name == "presentation.cs" ? parties.presentation_correlation_id : parties.correlation_id) +
         role_under_test(parties, part.name);
}

}  // namespace kontor::tck::dcp
