#include "protocol/api/management/events.hpp"

#include <algorithm>

#include "base/json/text_writer.hpp"
#include "base/text/text.hpp"

namespace kontor::protocol::api::management {
namespace {

/// What happens to things of one sort, and the member of the payload that names the thing.
struct Sort {
  std::string_view prefix;
  std::string_view id_member;
  std::string_view told;     ///< separated by spaces
  std::string_view package;  ///< of the reference's classes
};
constexpr std::string_view document_events = "created updated deleted";
constexpr Sort sorts[] = {
    {"asset.", "assetId", document_events, "org.eclipse.edc.connector.controlplane.asset.spi.event"},
    {"policy.definition.", "policyDefinitionId", document_events,
     "org.eclipse.edc.connector.controlplane.policy.spi.event"},
    {"contract.definition.", "contractDefinitionId", document_events,
     "org.eclipse.edc.connector.controlplane.contract.spi.event.contractdefinition"},
    {"secret.", "secretId", document_events, "org.eclipse.edc.connector.secret.spi.event"},
    {"contract.agreement.", "contractAgreementId", "ended", "kontor"},
    {"callback.", "callbackId", "abandoned", "kontor"},
    {"credential.", "credentialId",
     "stored replaced deleted valid expiring expired suspended revoked renewalDue renewalFailed renewed",
     "kontor"},
    {"credential.request.", "holderPid", "made issued rejected failed deliveryRefused", "kontor"},
    {"credential.offer.", "offerId", "received completed accepted declined ignored lapsed processed failed",
     "kontor"},
    {"key.pair.", "keyPairId",
     "added activated rotationUpcoming rotationPlanned rotationFailed rotated retired revoked",
     "org.eclipse.edc.identityhub.spi.keypair.events"},
    {"contract.negotiation.", "contractNegotiationId",
     "initiated requested offered accepted agreed verified finalized terminated waiting",
     "org.eclipse.edc.connector.controlplane.contract.spi.event.contractnegotiation"},
    {"transfer.process.", "transferProcessId",
     "initiated preparationRequested prepared requested started suspended resuming completed terminated "
     "waiting",
     "org.eclipse.edc.connector.controlplane.transfer.spi.event"},
};

/// Of releases of the reference that are still asked for.
constexpr std::string_view told_no_more[] = {"transfer.process.provisioned",
                                             "transfer.process.deprovisioningRequested",
                                             "transfer.process.deprovisioned"};

const Sort* sort_of(std::string_view name) {
  for (const auto& sort : sorts) {
    if (!name.starts_with(sort.prefix)) continue;
    const auto told = text::split(sort.told, ' ');
    if (std::ranges::find(told, name.substr(sort.prefix.size())) != told.end()) return &sort;
  }
  return nullptr;
}

/// What `append` makes of it is the payload: the ids, and what the event tells beside them.
struct Payload {
  const Sort& sort;
  const Happened& event;
};

void append(std::string& text, const Payload& payload) {
  const auto& event = payload.event;
  json::ObjectText out(text);
  out.field(payload.sort.id_member, event.entity).field("participantContextId", event.context);
  out.members_of(event.body).end();
}

}  // namespace

std::optional<std::string> event_type(std::string_view name) {
  if (!sort_of(name)) return std::nullopt;
  // The one class whose name does not follow from the event's.
  if (name == "transfer.process.resuming") return "TransferProcessResumed";
  std::string type;
  for (auto part : text::split(name, '.')) {
    type += static_cast<char>(part.front() - 'a' + 'A');
    type += part.substr(1);
  }
  return type;
}

std::vector<std::string> event_names() {
  std::vector<std::string> names;
  for (const auto& sort : sorts) {
    for (const auto what : text::split(sort.told, ' '))
      names.push_back(std::string(sort.prefix) + std::string(what));
  }
  return names;
}

bool begins_event(std::string_view text) {
  const auto in_sort = [&](const Sort& sort) {
    if (sort.prefix.starts_with(text)) return true;
    if (!text.starts_with(sort.prefix)) return false;
    return std::ranges::any_of(text::split(sort.told, ' '), [&](std::string_view what) {
      return what.starts_with(text.substr(sort.prefix.size()));
    });
  };
  return std::ranges::any_of(sorts, in_sort) ||
         std::ranges::any_of(told_no_more, [&](std::string_view name) { return name.starts_with(text); });
}

std::optional<std::string> event_envelope(const Happened& event) {
  const auto* sort = sort_of(event.name);
  if (!sort) return std::nullopt;
  std::string text;
  json::ObjectText out(text);
  out.field("id", event.id).field("at", epoch_milliseconds(event.at)).field("type", *event_type(event.name));
  out.field("payload", Payload{*sort, event}).end();
  return text;
}

std::optional<std::string> cloud_event(const Happened& event) {
  const auto* sort = sort_of(event.name);
  if (!sort) return std::nullopt;
  std::string text;
  json::ObjectText out(text);
  out.field("specversion", "1.0").field("id", event.id);
  out.field("source", "/participants/" + event.context.str());
  out.field("type", std::string(sort->package) + "." + *event_type(event.name)).field("time", event.at);
  out.field("datacontenttype", "application/json").field("data", Payload{*sort, event}).end();
  return text;
}

}  // namespace kontor::protocol::api::management
