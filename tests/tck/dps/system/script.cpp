#include "tck/dps/system/script.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::tck::dps {
namespace {

struct Group {
  std::string_view prefix;
  std::vector<std::string_view> numbers;
};

std::vector<Group> groups() {
  return {{"CP_C", {"01-01", "01-02", "02-01", "02-02", "03-01"}},
          {"CP_P", {"01-01", "01-02", "02-01", "02-02", "03-01"}},
          {"DP_C_PULL", {"01-01", "01-02", "02-01", "02-02", "03-01", "04-01"}},
          {"DP_P_PULL", {"01-01", "01-02", "02-01", "02-02", "04-01"}},
          {"DP_C_PUSH", {"01-01", "01-02", "02-01", "02-02", "03-01", "04-01"}},
          {"DP_P_PUSH", {"01-01", "01-02", "02-01", "02-02", "03-01", "04-01"}},
          {"DP_C_HTTP_PULL", {"01-01", "02-01"}},
          {"DP_P_HTTP_PULL", {"01-01", "02-01", "02-02"}}};
}

/// `CP_C:03-01` → `CP_C_03_01`, as the kit names a case in its properties.
std::string property_prefix(std::string id) {
  std::ranges::replace(id, ':', '_');
  std::ranges::replace(id, '-', '_');
  return id;
}

std::string agreement_of(const std::string& id) {
  if (id.starts_with("CP_")) return "agreement-" + property_prefix(id);
  if (id.ends_with(":04-01")) return std::string(answered_later);
  // Of a push to a consumer the control plane tells the end.
  if (id.ends_with(":03-01") && !id.starts_with("DP_C_PUSH")) return std::string(ends_by_itself);
  return "agreement";
}

}  // namespace

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& group : groups()) {
    for (const auto number : group.numbers) {
      auto id = fmt::format("{}:{}", group.prefix, number);
      auto agreement = agreement_of(id);
      cases.push_back({std::move(id), std::move(agreement)});
    }
  }
  return cases;
}

std::string Addresses::kit_did() const {
  const auto port = kit.substr(kit.rfind(':') + 1);
  return "did:web:127.0.0.1%3A" + port;
}

std::string kit_properties(const Addresses& addresses) {
  auto text = fmt::format(
      "dataspacetck.launcher=org.eclipse.dataspacetck.dps.system.DpsSystemLauncher\n"
      "dataspacetck.test.package=org.eclipse.dataspacetck.dps.verification\n"
      "dataspacetck.ansi=false\n"
      "dataspacetck.debug=false\n"
      "dataspacetck.host=127.0.0.1\n"
      "dataspacetck.port={}\n"
      "dataspacetck.callback.address={}\n"
      "dataspacetck.dps.default.wait=15\n"
      "dataspacetck.dps.controlplane.webhook.url={}\n"
      "dataspacetck.dps.controlplane.protocol.url={}\n"
      "dataspacetck.dps.controlplane.signaling.url={}\n"
      "dataspacetck.dps.dataplane.url={}\n"
      "dataspacetck.dps.dataplane.authorization={}\n"
      "dataspacetck.dps.dataplane.provider.id={}\n"
      "dataspacetck.dps.dataplane.counterparty.id={}\n",
      addresses.kit.substr(addresses.kit.rfind(':') + 1), addresses.kit, addresses.trigger,
      addresses.protocol, addresses.control_plane, addresses.data_plane, authorization, data_provider,
      addresses.kit_did());
  for (const auto& one : all_cases()) {
    const auto name = property_prefix(one.id);
    text += fmt::format("{0}_AGREEMENTID={1}\n{0}_DATASETID={2}\n", name, one.agreement, dataset);
    if (!one.is_of_control_plane()) continue;
    text += fmt::format("{}_TCKPARTICIPANTID={}\n", name,
                        one.is_of_consumer() ? kit_as_provider : kit_as_consumer);
  }
  return text;
}

}  // namespace kontor::tck::dps
