#include "tck/dsp/connector/script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace kontor::tck::dsp {
namespace {

using N = negotiation::State;
using T = transfer::State;
using enum NegotiationAct;
using enum TransferAct;

constexpr NegotiationStep negotiation_steps[] = {
    // The connector is the provider.
    {"ACN0101", N::requested, 1, counter},
    {"ACN0102", N::requested, 1, counter},
    {"ACN0102", N::requested, 2, refuse},
    {"ACN0103", N::requested, 1, counter},
    {"ACN0103", N::accepted, 1, proceed},
    {"ACN0103", N::verified, 1, proceed},
    {"ACN0104", N::requested, 1, proceed},
    {"ACN0104", N::verified, 1, proceed},
    {"ACN0201", N::requested, 1, refuse},
    {"ACN0203", N::requested, 1, proceed},
    {"ACN0204", N::requested, 1, counter},
    {"ACN0205", N::requested, 1, counter},
    {"ACN0205", N::offered, 1, refuse},
    {"ACN0206", N::requested, 1, counter},
    {"ACN0206", N::accepted, 1, refuse},
    {"ACN0207", N::requested, 1, proceed},
    {"ACN0207", N::verified, 1, refuse},
    {"ACN0301", N::requested, 1, proceed},
    {"ACN0301", N::verified, 1, proceed},
    {"ACN0302", N::requested, 1, counter},
    {"ACN0303", N::requested, 1, counter},
    {"ACN0304", N::requested, 1, counter},
    // The connector is the consumer.
    {"ACNC0101", N::offered, 1, proceed},
    {"ACNC0101", N::agreed, 1, proceed},
    {"ACNC0102", N::offered, 1, counter},
    {"ACNC0103", N::offered, 1, refuse},
    {"ACNC0104", N::agreed, 1, proceed},
    {"ACNC0202", N::requested, 1, refuse},
    {"ACNC0203", N::agreed, 1, refuse},
    {"ACNC0205", N::offered, 1, proceed},
    {"ACNC0206", N::agreed, 1, proceed},
    {"ACNC0304", N::offered, 1, proceed},
    {"ACNC0305", N::offered, 1, proceed},
    {"ACNC0306", N::offered, 1, proceed},
};

constexpr TransferStep transfer_steps[] = {
    // The connector is the provider.
    {"ATP0101", T::requested, 1, start},
    {"ATP0101", T::started, 1, terminate},
    {"ATP0102", T::requested, 1, start},
    {"ATP0102", T::started, 1, complete},
    {"ATP0103", T::requested, 1, start},
    {"ATP0103", T::started, 1, suspend},
    {"ATP0103", T::suspended, 1, terminate},
    {"ATP0104", T::requested, 1, start},
    {"ATP0104", T::started, 1, suspend},
    {"ATP0104", T::suspended, 1, resume},
    {"ATP0104", T::started, 2, complete},
    {"ATP0105", T::requested, 1, terminate},
    {"ATP0201", T::requested, 1, start},
    {"ATP0202", T::requested, 1, start},
    {"ATP0203", T::requested, 1, start},
    {"ATP0204", T::requested, 1, start},
    {"ATP0303", T::requested, 1, start},
    {"ATP0304", T::requested, 1, start},
    {"ATP0305", T::requested, 1, start},
    {"ATP0306", T::requested, 1, start},
    // The connector is the consumer.
    {"ATPC0201", T::started, 1, terminate},
    {"ATPC0202", T::started, 1, complete},
    {"ATPC0203", T::started, 1, suspend},
    {"ATPC0203", T::suspended, 1, terminate},
    {"ATPC0204", T::started, 1, suspend},
    {"ATPC0204", T::suspended, 1, resume},
    {"ATPC0204", T::started, 2, complete},
    {"ATPC0205", T::requested, 1, terminate},
};

/// `01-02` → `0102`.
std::string digits(std::string_view number) {
  std::string out(number);
  std::erase(out, '-');
  return out;
}

struct Group {
  std::string_view prefix;
  Case::Kind kind;
  bool as_consumer;
  std::string_view key;
  std::vector<std::string_view> numbers;
};

std::vector<Group> groups() {
  const std::vector<std::string_view> transfers{"01-01", "01-02", "01-03", "01-04", "01-05", "02-01",
                                                "02-02", "02-03", "02-04", "02-05", "03-01", "03-02",
                                                "03-03", "03-04", "03-05", "03-06"};
  return {{"MET", Case::Kind::metadata, false, "", {"01-01"}},
          {"CAT", Case::Kind::catalog, false, "CAT", {"01-01", "01-02", "01-03"}},
          {"CN",
           Case::Kind::negotiation,
           false,
           "ACN",
           {"01-01", "01-02", "01-03", "01-04", "02-01", "02-02", "02-03", "02-04", "02-05", "02-06", "02-07",
            "03-01", "03-02", "03-03", "03-04"}},
          {"CN_C",
           Case::Kind::negotiation,
           true,
           "ACNC",
           {"01-01", "01-02", "01-03", "01-04", "02-01", "02-02", "02-03", "02-04", "02-05", "02-06", "03-01",
            "03-02", "03-03", "03-04", "03-05", "03-06"}},
          {"TP", Case::Kind::transfer, false, "ATP", transfers},
          {"TP_C", Case::Kind::transfer, true, "ATPC", transfers}};
}

/// `CN:01-02` → `CN_01_02`, as the kit names a case in its properties.
std::string property_prefix(const Case& one) {
  auto name = one.id;
  std::ranges::replace(name, ':', '_');
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace

std::optional<NegotiationAct> act_for(std::string_view dataset, negotiation::State state, int visit) {
  for (const auto& step : negotiation_steps) {
    if (step.dataset == dataset && step.state == state && step.visit == visit) return step.act;
  }
  return std::nullopt;
}

std::optional<TransferAct> act_for(std::string_view agreement, transfer::State state, int visit) {
  for (const auto& step : transfer_steps) {
    if (step.agreement == agreement && step.state == state && step.visit == visit) return step.act;
  }
  return std::nullopt;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& group : groups()) {
    for (const auto number : group.numbers) {
      const auto key = group.key.empty() ? std::string() : std::string(group.key) + digits(number);
      const bool disabled = group.kind == Case::Kind::transfer && number == "02-04";
      cases.push_back(
          {fmt::format("{}:{}", group.prefix, number), group.kind, group.as_consumer, key, disabled});
    }
  }
  return cases;
}

std::string kit_properties(const Addresses& addresses) {
  auto text = fmt::format(
      "dataspacetck.launcher=org.eclipse.dataspacetck.dsp.system.DspSystemLauncher\n"
      "dataspacetck.test.package=org.eclipse.dataspacetck.dsp.verification\n"
      "dataspacetck.ansi=false\n"
      "dataspacetck.debug=false\n"
      "dataspacetck.host=127.0.0.1\n"
      "dataspacetck.port={}\n"
      "dataspacetck.callback.address={}\n"
      "dataspacetck.dsp.default.wait=15\n"
      "dataspacetck.dsp.connector.agent.id={}\n"
      "dataspacetck.dsp.connector.http.base.url={}\n"
      "dataspacetck.dsp.connector.http.url={}\n"
      "dataspacetck.dsp.connector.http.headers.authorization={}\n"
      "dataspacetck.dsp.connector.negotiation.initiate.url={}/negotiations/requests\n"
      "dataspacetck.dsp.connector.transfer.initiate.url={}/transfers/requests\n",
      addresses.kit.substr(addresses.kit.rfind(':') + 1), addresses.kit, own_id, addresses.root,
      addresses.base, authorization, addresses.webhooks, addresses.webhooks);
  for (const auto& one : all_cases()) {
    const auto name = property_prefix(one);
    switch (one.kind) {
      case Case::Kind::metadata:
        break;
      case Case::Kind::catalog:
        text += fmt::format("{}_DATASETID={}\n", name, one.key);
        break;
      case Case::Kind::negotiation:
        text += fmt::format("{}_DATASETID={}\n", name, one.key);
        if (!one.as_consumer) text += fmt::format("{}_OFFERID={}:{}:456\n", name, definition_id, one.key);
        break;
      case Case::Kind::transfer:
        text += fmt::format("{0}_AGREEMENTID={1}\n{0}_FORMAT={2}\n", name, one.key, transfer_type);
        break;
    }
  }
  return text;
}

}  // namespace kontor::tck::dsp
